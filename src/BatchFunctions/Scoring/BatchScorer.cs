using System.Globalization;
using System.Runtime.CompilerServices;
using BatchFunctions.Data;
using BatchFunctions.Metrics;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Scoring.Decisions;
using BatchFunctions.Storage;

namespace BatchFunctions.Scoring;

/// <summary>
/// Scores a file, a stream of batches or a list of rows in the calling process, through the same stages as a job: no plan, no
/// journal, no run folder. One call at a time.
/// </summary>
public sealed class BatchScorer
{
    private readonly ModelSession _session;
    private readonly BatchScorerOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Makes a scorer.</summary>
    /// <param name="session">The model; the caller disposes of it.</param>
    /// <param name="options">How to read, decide and write; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public BatchScorer(ModelSession session, BatchScorerOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        _session = session;
        _options = options ?? new BatchScorerOptions();
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Scores a local file into another one; rejects go to <c>OUTPUT.rejects.jsonl</c> beside it, where there are any.</summary>
    /// <param name="input">A Parquet, CSV or JSON Lines file.</param>
    /// <param name="output">A <c>.parquet</c> or <c>.csv</c> file; what was there is replaced when all is scored.</param>
    /// <param name="cancellationToken">Ends the work; nothing is then written.</param>
    /// <exception cref="BatchFunctionsException">The input does not fit the model, is damaged, or a file cannot be reached.</exception>
    public async Task<ScoringStatistics> ScoreFileAsync(string input, string output, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        (SourceFile file, FileFormat format) = await OpenAsync(input, cancellationToken);
        string target = Path.GetFullPath(output);
        FileFormat outputFormat = SourcePattern.FormatOf(target) ?? FileFormat.Parquet;
        PipelineDefinition pipeline = PipelineOf(new OutputDefinition { Format = outputFormat, Include = _options.Include, Compression = _options.Compression });

        IRecordFormat reading = RecordFormats.For(format, _options.Csv);
        Schema available = await reading.ReadSchemaAsync(file, cancellationToken);
        IReadOnlyList<Field> columns = ColumnPlanner.Plan(pipeline, _session.Signature, available, format, file.ToString(), []).Read;
        IReadOnlyList<Shard> shards = await new ShardPlanner(reading, long.MaxValue / 2).PlanAsync([file], cancellationToken);

        var store = new LocalObjectStore(Path.GetDirectoryName(target)!);
        await using StagedObject predictions = await store.StageAsync("", cancellationToken);
        await using StagedObject rejects = await store.StageAsync("", cancellationToken);
        var metrics = new ShardMetrics(ScoreCounter.ScaleOf(_session.Signature.Task, pipeline.Decisions));
        using (var scorer = new RecordScorer(pipeline, columns, _session, _options.BatchSize))
        await using (IRecordReader reader = reading.CreateReader(new Schema(columns), ShardScorer.ReadRows))
        using (var writers = new RecordWriters(pipeline.Output, scorer.Schema))
        await using (IRecordWriter writer = writers.Open(predictions.Stream))
        {
            var batch = new RecordBatch();
            foreach (Segment segment in shards.SelectMany(s => s.Segments))
            {
                await reader.OpenAsync(file, segment, cancellationToken);
                while (await reader.ReadAsync(batch, cancellationToken))
                {
                    scorer.Score(batch, file.Key, metrics);
                    scorer.Rejects.Flush(rejects.Stream);
                    await writer.WriteAsync(scorer.Predictions(batch, file.Key), batch.RowCount, cancellationToken);
                }
            }

            await writer.CompleteAsync(cancellationToken);
        }

        string rejectsName = Path.GetFileName(target) + ".rejects.jsonl";
        if (metrics.Failed > 0)
            await rejects.CommitAsync(rejectsName, PutCondition.None, cancellationToken);
        else
            await store.DeleteAsync(rejectsName, cancellationToken);
        await predictions.CommitAsync(Path.GetFileName(target), PutCondition.None, cancellationToken);
        return new ScoringStatistics(metrics.Records, metrics.Scored, metrics.Failed, _time.GetElapsedTime(started), metrics);
    }

    /// <summary>Scores batches as they come. A batch is worked on in place: afterwards it holds only the records with a score.</summary>
    /// <param name="batches">Batches of one schema, which has at least the model's columns.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <returns>The predictions for each batch, in order; each is valid until the next one is asked for.</returns>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the batches do not fit the model.</exception>
    public async IAsyncEnumerable<ScoredBatch> ScoreAsync(
        IAsyncEnumerable<RecordBatch> batches, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        PipelineDefinition pipeline = PipelineOf(new OutputDefinition { Include = _options.Include });
        var metrics = new ShardMetrics(ScoreCounter.ScaleOf(_session.Signature.Task, pipeline.Decisions));
        RecordScorer? scorer = null;
        try
        {
            await foreach (RecordBatch batch in batches.WithCancellation(cancellationToken))
            {
                scorer ??= new RecordScorer(pipeline, [.. batch.Schema], _session, _options.BatchSize);
                scorer.Score(batch, "", metrics);
                yield return new ScoredBatch(scorer.Predictions(batch, ""), batch.RowCount, scorer.Rejects.TakeFaults());
            }
        }
        finally
        {
            scorer?.Dispose();
        }
    }

    /// <summary>Scores rows, for callers with a few of them.</summary>
    /// <param name="rows">Values by column; a column that is not there is a missing value.</param>
    /// <returns>One entry for each row, in order.</returns>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a value is of a type that its column cannot hold.</exception>
    public IReadOnlyList<ScoredRecord> ScoreRows(IReadOnlyList<IReadOnlyDictionary<string, object?>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        PipelineDefinition pipeline = PipelineOf(new OutputDefinition { Include = _options.Include });
        Field[] columns = [.. ColumnsOfRows(pipeline)];
        RecordBatch batch = Fill(new Schema(columns), rows);
        var metrics = new ShardMetrics(ScoreCounter.ScaleOf(_session.Signature.Task, pipeline.Decisions));
        using var scorer = new RecordScorer(pipeline, columns, _session, Math.Clamp(rows.Count, 1, _options.BatchSize));
        scorer.Score(batch, "", metrics);

        var results = new ScoredRecord[rows.Count];
        foreach (RecordFault fault in scorer.Rejects.TakeFaults())
            results[fault.Row] = new ScoredRecord(new Dictionary<string, object?>(), fault.Describe());
        IReadOnlyList<Column> predictions = scorer.Predictions(batch, "");
        for (int row = 0; row < batch.RowCount; row++)
        {
            Dictionary<string, object?> values = new(StringComparer.Ordinal);
            for (int c = 0; c < predictions.Count; c++)
                values[scorer.Schema[c].Name] = predictions[c].GetValue(row);
            results[batch.SourceRow(row)] = new ScoredRecord(values, null);
        }

        return results;
    }

    private static async Task<(SourceFile File, FileFormat Format)> OpenAsync(string input, CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(input);
        var store = new LocalObjectStore(Path.GetDirectoryName(path)!);
        ObjectProperties found = await store.FindAsync(Path.GetFileName(path), cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"There is no file {path}.");
        FileFormat format = SourcePattern.FormatOf(path)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"The name of {path} does not tell its format. It must end in .parquet, .csv or .jsonl.");
        return (new SourceFile(store, found.Key, found.Length, found.ETag), format);
    }

    private static RecordBatch Fill(Schema columns, IReadOnlyList<IReadOnlyDictionary<string, object?>> rows)
    {
        var batch = new RecordBatch();
        batch.Reset(columns, rows.Count);
        foreach (Column column in batch.Columns)
            for (int row = 0; row < rows.Count; row++)
                Set(column, row, rows[row].GetValueOrDefault(column.Field.Name));
        return batch;
    }

    private static void Set(Column column, int row, object? value)
    {
        try
        {
            switch (column)
            {
                case Utf8Column text when value is null:
                    text.AppendNull();
                    break;
                case Utf8Column text:
                    text.Append(Convert.ToString(value, CultureInfo.InvariantCulture)!.AsSpan());
                    break;
                case var _ when value is null:
                    column.SetNull(row);
                    break;
                case Column<long> whole:
                    whole.Values[row] = Convert.ToInt64(value, CultureInfo.InvariantCulture);
                    break;
                case Column<int> whole:
                    whole.Values[row] = Convert.ToInt32(value, CultureInfo.InvariantCulture);
                    break;
                case Column<double> number:
                    number.Values[row] = Convert.ToDouble(value, CultureInfo.InvariantCulture);
                    break;
                case Column<float> number:
                    number.Values[row] = Convert.ToSingle(value, CultureInfo.InvariantCulture);
                    break;
                case Column<bool> flag:
                    flag.Values[row] = Convert.ToBoolean(value, CultureInfo.InvariantCulture);
                    break;
                default:
                    throw new InvalidCastException();
            }
        }
        catch (Exception e) when (e is FormatException or InvalidCastException or OverflowException)
        {
            throw new BatchFunctionsException(
                ErrorKind.Request,
                string.Create(CultureInfo.InvariantCulture, $"'{value}' of row {row} is no {TypeConversions.NameOf(column.Field.Type)}, which '{column.Field.Name}' must be."),
                e);
        }
    }

    private IEnumerable<Field> ColumnsOfRows(PipelineDefinition pipeline)
    {
        IEnumerable<Field> features = _session.Signature.Features
            .Select(f => new Field(f.Name, f.Type == DataType.Float32 ? DataType.Float64 : f.Type))
            .DistinctBy(f => f.Name);
        IEnumerable<string> carried = (_options.Id is { } id ? [id] : (IEnumerable<string>)[]).Concat(_options.Include);
        IEnumerable<string> mentioned = RuleConditions.InputColumns(pipeline.Decisions, _session.Signature)
            .Concat(pipeline.Decisions.Thresholds is { } thresholds ? [thresholds.By] : []);
        return features.Concat(carried.Concat(mentioned).Select(TypedByRule)).DistinctBy(f => f.Name);

        Field TypedByRule(string name) => new(name, _options.Validation.Columns.GetValueOrDefault(name)?.Type ?? DataType.String);
    }

    private PipelineDefinition PipelineOf(OutputDefinition output) => PredictionSchema.WithModelDefaults(
        new PipelineDefinition
        {
            Name = "batch",
            Model = _session.Signature.Model,
            Source = new SourceDefinition { Path = "", Id = _options.Id, Csv = _options.Csv },
            Validation = _options.Validation,
            Decisions = _options.Decisions,
            Output = output,
        },
        _session.Signature,
        _session.Manifest);
}
