using BatchFunctions.Data;
using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Drift;
using BatchFunctions.Models;
using BatchFunctions.Monitoring;
using BatchFunctions.Pipelines;
using BatchFunctions.Pipelines.Loading;
using BatchFunctions.Planning;
using BatchFunctions.Scoring;
using BatchFunctions.Scoring.Decisions;
using BatchFunctions.Storage;
using BatchFunctions.Telemetry;
using BatchFunctions.Views;
using BatchFunctions.Workflow;
using BatchFunctions.Workflow.Activities;

namespace BatchFunctions.Baselines;

/// <summary>
/// Makes a baseline. The records are read twice: to choose the bins, and to count in them by the code that a job counts with. Choosing takes a
/// sketch; the counts are exact.
/// </summary>
public sealed class BaselineMaker
{
    private const int ScoreBins = 20;
    private const long RowsOfShard = 1_000_000;

    private readonly JobServices _services;

    /// <summary>Makes a maker.</summary>
    /// <param name="services">What the machine offers.</param>
    public BaselineMaker(JobServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _services = services;
    }

    /// <summary>Makes the baseline that <paramref name="request"/> asks for.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: there is nothing to read, or nothing in it has a baseline.</exception>
    public async Task<MadeBaseline> MakeAsync(BaselineRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        bool isPipeline = Path.GetExtension(request.Source) is ".yaml" or ".yml";
        if ((isPipeline || request.Model is not null) && request.Score is not null)
            throw new BatchFunctionsException(ErrorKind.Request, "A column of scores has a meaning for data without a model: here the model scores the records itself.");
        if (!isPipeline && request.Input is not null)
            throw new BatchFunctionsException(ErrorKind.Request, $"{request.Source} is no pipeline whose input could be replaced. Name the data in its place.");
        MadeBaseline made = isPipeline || request.Model is not null
            ? await OfScoringAsync(request, isPipeline, cancellationToken)
            : await OfDataAsync(request, cancellationToken);
        return made.Baseline is { Features.Count: 0, Score: null }
            ? throw new BatchFunctionsException(ErrorKind.Request, $"No column of {request.Source} has a baseline: {string.Join("; ", made.LeftOut.Select(c => $"'{c.Key}', since {c.Value}"))}.")
            : made;
    }

    private async Task<MadeBaseline> OfScoringAsync(BaselineRequest request, bool isPipeline, CancellationToken cancellationToken)
    {
        var asked = new JobRequest
        {
            JobId = JobId.New(_services.Time.GetUtcNow()),
            Pipeline = request.Source,
            RequestedAt = _services.Time.GetUtcNow(),
            Date = request.Date,
            Input = request.Input,
            Model = request.Model,
        };
        LoadedPipeline loaded = isPipeline ? await PipelineFile.ReadAsync(_services, asked, cancellationToken) : PipelineOf(request);
        using var meter = new BatchMeter();
        using var models = new ModelSessionCache();

        // Nothing is published, so that neither a table nor an earlier baseline matters.
        PipelineDefinition pipeline = loaded.Definition with { Monitoring = null, Challenger = null, Source = loaded.Definition.Source with { Since = null }, Output = loaded.Definition.Output with { Table = null } };
        using var preview = new PreviewFolder();
        JobDefinition job = await new PrepareActivity(_services, models).DefineAsync(loaded with { Definition = pipeline }, asked, preview, cancellationToken);
        using ModelSessionLease lease = await models.AcquireAsync(_services.Registry(job.ModelsFolder), job.Model, cancellationToken);
        ModelSignature model = lease.Session.Signature;
        await using JobContext context = await JobContext.LoadAsync(_services, models, meter, job, work: null, cancellationToken);
        await ValidateActivity.ValidateAsync(context, cancellationToken);
        IReadOnlyList<Shard> shards = await PlanActivity.PlanAsync(context, cancellationToken);

        Field[] all = [.. job.Columns, .. job.PartitionColumns];
        RecordFilter? filter = SourceFilter.Of(job.Pipeline, all) is { } condition ? new RecordFilter(condition, new Schema(all)) : null;
        var input = new BaselineInput(job.Snapshot, context.Files, context.Formats.Of(0), shards, filter);
        IReadOnlyList<SurveyedColumn> columns = await input.SurveyAsync(
            job.Columns, job.PartitionColumns, model.Features.Select(f => f.Name).ToHashSet(StringComparer.Ordinal), mayBeNumbers: false, request, cancellationToken);
        DriftPlan plan = PlanOf(request.Source, columns, score: null);
        await using var scorer = new ShardScorer(job with { Drift = plan }, lease.Session, context.Formats, meter, job.BatchSize);
        var metrics = new ShardMetrics(ScoreCounter.ScaleOf(model.Task, job.Pipeline.Decisions));
        foreach (Shard shard in shards)
        {
            ShardScores scores = await scorer.ScoreAsync(context.Files, shard, Stream.Null, _ => ValueTask.FromResult(Stream.Null), cancellationToken);
            metrics.Merge(scores.Metrics);
        }

        return new MadeBaseline(
            BaselineOf(plan, metrics.Drift ?? new DriftStage(plan, new Schema(all), model.ScoreType, []).CreateCounts(), ScoresOf(metrics)),
            LeftOut(columns));
    }

    private async Task<MadeBaseline> OfDataAsync(BaselineRequest request, CancellationToken cancellationToken)
    {
        StoreLocation source = _services.Stores.Resolve(request.Source, _services.BaseFolder);
        DateOnly date = request.Date ?? DateOnly.FromDateTime(_services.Time.GetUtcNow().UtcDateTime);
        if (await SourceTable.FindAsync(source, date, version: null, _services.Time, _services.Loggers, cancellationToken) is not null)
            throw new BatchFunctionsException(ErrorKind.Request, $"{source} is a Delta table, whose files are not all of it any more. Make its baseline by a pipeline that has it as source.path.");
        IReadOnlyList<SnapshotFile> snapshot = await SnapshotReader.ReadAsync(source, date, cancellationToken);
        IRecordFormat format = RecordFormats.For(SnapshotReader.FormatOf(snapshot), new CsvDefinition());
        SourceFile[] files = [.. snapshot.Select(f => new SourceFile(source.Store, f.Key, f.Length, f.ETag))];
        SourceFile first = files.First(f => f.Length > 0);
        Schema schema = await format.ReadSchemaAsync(first, cancellationToken);
        Field[] partitions = [.. snapshot[0].Partitions.Keys.Where(name => schema.IndexOf(name) < 0).Select(name => new Field(name, DataType.String))];
        string? score = request.Score ?? ((string[])[ScoringColumns.Probability, DriftPlan.ScoreName]).FirstOrDefault(name => schema.IndexOf(name) >= 0);
        if (score is not null)
            ColumnPlanner.RequireColumns([score], schema, first.ToString(), "Name the column that holds the scores");

        var input = new BaselineInput(snapshot, files, format, await new ShardPlanner(format, RowsOfShard).PlanAsync(files, cancellationToken));
        bool isText = format.Format == FileFormat.Csv;
        IReadOnlyList<SurveyedColumn> columns = await input.SurveyAsync(
            [.. schema], partitions, schema.Concat(partitions).Select(f => f.Name).ToHashSet(StringComparer.Ordinal), isText, request, cancellationToken);
        if (columns.FirstOrDefault(c => c.Field.Name == score) is { Bins: not { IsNumeric: true } })
            throw new BatchFunctionsException(ErrorKind.Request, $"'{score}' of {first} holds no numbers and so no scores. Name the column that does.");

        DriftPlan plan = PlanOf(request.Source, columns, score);
        Field[] counted = [.. columns.Where(c => c.Bins is not null).Select(c => c.Field)];
        Field[] read = [.. counted.Where(f => schema.IndexOf(f.Name) >= 0)], derived = [.. counted.Where(f => schema.IndexOf(f.Name) < 0)];
        if (counted.Length == 0)
            return new MadeBaseline(new ModelBaseline(), LeftOut(columns));
        var all = new Schema([.. read, .. derived]);
        int scoreAt = score is null ? -1 : all.IndexOf(score);
        var stage = new DriftStage(plan, all, scoreAt < 0 ? DataType.Float64 : all[scoreAt].Type, []);
        DriftCounts counts = stage.CreateCounts();
        var scores = scoreAt < 0 ? null : FeatureBins.Of(plan.Score!.Histogram, all[scoreAt].Type);
        await foreach (RecordBatch batch in input.ReadAsync(read, derived, cancellationToken))
        {
            stage.Count(batch, counts);
            scores?.Count(batch.Columns[scoreAt], 0, batch.RowCount, counts.Score!);
        }

        return new MadeBaseline(BaselineOf(plan, counts, plan.Score is { } shape ? Counted(shape.Histogram, counts.Score!) : null), LeftOut(columns));
    }

    private LoadedPipeline PipelineOf(BaselineRequest request) => new(
        new PipelineDefinition
        {
            Name = "baseline",
            Model = request.Model!,
            Source = new SourceDefinition { Path = request.Source },
            Output = new OutputDefinition { Path = "baseline" },
        },
        "{}",
        "",
        new ExpressionPlaces(request.Source, new Dictionary<string, YamlScalar>(), new Dictionary<string, Position>()),
        _services.BaseFolder,
        _services.BaseFolder,
        _services.BaseFolder);

    private static DriftPlan PlanOf(string source, IReadOnlyList<SurveyedColumn> columns, string? score) => new()
    {
        Source = source,
        Features = [.. columns.Where(c => c.Bins is not null && c.Field.Name != score).Select(c => new DriftFeature(c.Field.Name, c.Bins!, new DriftLimits()))],
        Score = columns.FirstOrDefault(c => c.Field.Name == score)?.Bins is { } bins ? new DriftFeature(DriftPlan.ScoreName, OverUnit(bins), new DriftLimits()) : null,
    };

    // Probabilities next to 0 and 1 are not unseen because none has been there yet.
    private static Histogram OverUnit(Histogram scores) =>
        scores.Edges[0] >= 0 && scores.Edges[^1] <= 1 ? scores with { Edges = [0, .. scores.Edges.Skip(1).SkipLast(1), 1] } : scores;

    private static ModelBaseline BaselineOf(DriftPlan plan, DriftCounts counts, Histogram? scores) => new()
    {
        Records = counts.Features.Count > 0 ? counts.Features[0].Records : counts.Score?.Records,
        Features = new OrderedDictionary<string, Histogram>(
            plan.Features.Zip(counts.Features, (feature, c) => KeyValuePair.Create(feature.Name, Counted(feature.Histogram, c))), StringComparer.Ordinal),
        Score = scores,
    };

    private static Histogram Counted(Histogram bins, FeatureCounts counts) => bins with
    {
        Counts = [.. (bins.IsNumeric ? counts.Bins[1..^1] : counts.Bins[..^1]).Select(c => (double)c)],
        Other = bins.IsNumeric ? counts.Bins[0] + counts.Bins[^1] : counts.Bins[^1],
        Missing = counts.Missing,
    };

    private static Histogram? ScoresOf(ShardMetrics metrics)
    {
        IReadOnlyList<ScoreBucket> buckets = metrics.Scores.Distribution(ScoreBins);
        return buckets.Count == 0 || buckets[0].Lower == buckets[^1].Upper
            ? null
            : new Histogram { Edges = [buckets[0].Lower, .. buckets.Select(b => b.Upper)], Counts = [.. buckets.Select(b => (double)b.Count)] };
    }

    private static Dictionary<string, string> LeftOut(IReadOnlyList<SurveyedColumn> columns) =>
        columns.Where(c => c.Why is not null).ToDictionary(c => c.Field.Name, c => c.Why!, StringComparer.Ordinal);
}
