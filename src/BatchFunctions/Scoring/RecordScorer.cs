using System.Runtime.InteropServices;
using BatchFunctions.Data;
using BatchFunctions.Metrics;
using BatchFunctions.Models;
using BatchFunctions.Monitoring;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;

namespace BatchFunctions.Scoring;

/// <summary>
/// Takes one batch after the other from records to predictions: filter, validate, prepare, run, decide, count, evaluate. Records that cannot be
/// scored leave the batch and are handed to the rejects. All memory is kept from batch to batch.
/// </summary>
internal sealed class RecordScorer : IDisposable
{
    private readonly FeaturePreparation _preparation;
    private readonly ModelRunner _runner;
    private readonly ModelScores _scores;
    private readonly RecordFilter? _filter;
    private readonly RecordValidator _validator;
    private readonly DecisionStage _decisions;
    private readonly PredictionColumns _predictions;
    private readonly ScoreCounter _counter;
    private readonly Evaluator? _evaluator;
    private readonly IReadOnlyList<string> _forgiven;
    private readonly DriftStage? _drift;
    private readonly ChallengerStage? _challenger;
    private readonly List<RecordFault> _faults = [];
    private readonly List<int> _kept = [];
    private readonly List<int> _unscored = [];
    private readonly bool _failOnBadRecord;

    /// <summary>Compiles what the pipeline and the model say of a record.</summary>
    /// <param name="pipeline">The pipeline, with the model's defaults.</param>
    /// <param name="columns">The columns of every batch, in order.</param>
    /// <param name="session">The model.</param>
    /// <param name="batchSize">Rows handed to one model run.</param>
    /// <param name="evaluation">How predictions are compared with labels; null for not at all.</param>
    /// <param name="drift">What the records are compared with; null for nothing.</param>
    /// <param name="challenger">The second model; null for none.</param>
    public RecordScorer(
        PipelineDefinition pipeline,
        IReadOnlyList<Field> columns,
        ModelSession session,
        int batchSize,
        EvaluationPlan? evaluation = null,
        DriftPlan? drift = null,
        (ChallengerPlan Plan, ModelSession Session)? challenger = null)
    {
        _failOnBadRecord = pipeline.Validation.OnBadRecord == BadRecordAction.Fail;
        var schema = new Schema(columns);
        _filter = SourceFilter.Of(pipeline, columns) is { } condition ? new RecordFilter(condition, schema) : null;
        _validator = new RecordValidator(schema, pipeline.Validation.Columns, pipeline.Source.Id is { } id ? [id] : []);
        _preparation = session.Prepare(schema, pipeline.Validation.MissingActions());
        _runner = session.CreateRunner(_preparation, batchSize);
        _scores = new ModelScores(session.Signature);
        _decisions = new DecisionStage(pipeline.Decisions, session.Signature, _scores, schema);
        _counter = new ScoreCounter(session.Signature);
        _evaluator = evaluation is null ? null : new Evaluator(evaluation, schema, session.Signature);
        _forgiven = [.. evaluation?.OwnColumns ?? [], .. challenger?.Plan.OwnColumns ?? []];
        _drift = drift is null ? null : new DriftStage(drift, schema, session.Signature.ScoreType, _forgiven);
        _challenger = challenger is var (second, loaded) ? new ChallengerStage(second, pipeline, schema, (session.Signature, loaded), batchSize, evaluation) : null;
        Schema = PredictionSchema.Of(pipeline, session.Signature, columns);
        _predictions = new PredictionColumns(pipeline, session.Signature, _scores, _decisions, _challenger?.Columns);
    }

    /// <summary>The columns of the predictions.</summary>
    public Schema Schema { get; }

    /// <summary>Rows handed to one model run.</summary>
    public int BatchSize => _runner.BatchSize;

    /// <summary>How many records of the last batch the filter did not let through.</summary>
    public int Excluded { get; private set; }

    /// <summary>The records that were taken out, until they are written.</summary>
    public RejectWriter Rejects { get; } = new();

    /// <summary>Scores a batch, which holds only scored records afterwards.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="file">The batch's file.</param>
    /// <param name="metrics">What the records are counted in.</param>
    /// <returns>The number of records that were taken out.</returns>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Policy"/>: a record cannot be scored and the pipeline says to fail; <see cref="ErrorKind.Memory"/>: the batch is too large.
    /// </exception>
    public int Score(RecordBatch batch, string file, ShardMetrics metrics)
    {
        Excluded = _filter?.Apply(batch) ?? 0;
        metrics.AddExcluded(Excluded);
        metrics.AddRecords(batch.RowCount);
        FindFaults(batch, file);
        _drift?.Count(batch, metrics.Drift ??= _drift.CreateCounts());
        int rejected = TakeOut(batch, file, metrics, scored: false);
        _runner.Score(batch, _scores);
        FindUnscored();
        rejected += TakeOut(batch, file, metrics, scored: true);
        _decisions.Decide(batch);
        _counter.Count(_scores, _decisions, metrics);
        _evaluator?.Evaluate(batch, _scores, _decisions, metrics);
        _drift?.CountScores(_decisions.Probability ?? _scores.Score, metrics.Drift!);
        _challenger?.Score(batch, _scores, _decisions, metrics);
        return rejected;
    }

    /// <summary>The predictions of the batch that was scored last, in the order of <see cref="Schema"/>, until the next one is.</summary>
    public IReadOnlyList<Column> Predictions(RecordBatch batch, string file) => _predictions.Gather(batch, file);

    /// <summary>The fault that all records of a batch share, of those that the filter lets through, or null where there is none.</summary>
    public RecordFault? FindCommonFault(RecordBatch batch, string file)
    {
        _filter?.Apply(batch);
        FindFaults(batch, file);
        int rows = batch.RowCount;
        return FirstPerRow()
            .GroupBy(f => (f.Column, f.Code))
            .Where(g => g.Count() == rows)
            .Select(g => (RecordFault?)g.First())
            .FirstOrDefault();
    }

    /// <summary>Lends the memory of the scores and decisions to others, since none are made or looked at any more.</summary>
    public void Release()
    {
        _scores.Release();
        _decisions.Release();
    }

    public void Dispose()
    {
        _runner.Dispose();
        _challenger?.Dispose();
        Rejects.Dispose();
    }

    private void FindFaults(RecordBatch batch, string file)
    {
        _faults.Clear();
        _faults.AddRange(batch.Faults);
        RefuseWhatSwallowsRecords(batch, file);
        _validator.Validate(batch, _faults);
        _preparation.Check(batch, _faults);
        _decisions.Check(batch, _faults);
        if (_forgiven.Count > 0 && _faults.Count > 0)
            Forgive(batch);
    }

    // A label that cannot be read is no label, and a value for the challenger alone is missing to it; neither is a reason not to score the record.
    private void Forgive(RecordBatch batch)
    {
        foreach (RecordFault fault in _faults)
            if (fault.Column is { } name && _forgiven.Contains(name) && batch[name] is not Utf8Column and var column)
                column.SetNull(fault.Row);
        _faults.RemoveAll(f => f.Column is { } name && _forgiven.Contains(name));
    }

    // A quote that is never closed makes one record of all that follows, beyond what a reject can keep. Nobody could tell what was lost.
    private void RefuseWhatSwallowsRecords(RecordBatch batch, string file)
    {
        foreach (RecordFault fault in _faults)
            if (fault is { Code: FaultCodes.TooLong, Column: null } && batch.HasRaw && batch.Raw(fault.Row).Contains((byte)'\n'))
                throw new BatchFunctionsException(
                    ErrorKind.Integrity,
                    FormattableString.Invariant($"Record {batch.RecordNumber(fault.Row)} of {file}, at byte {batch.ByteOffset(fault.Row)}, opens a quote and does not close it: the lines behind it cannot be told apart. Correct the quote, or write source.csv.quoted_newlines: false if no field has a line break."));
    }

    private void FindUnscored()
    {
        _unscored.Clear();
        _scores.FindUnscored(_unscored);
        _faults.Clear();
        foreach (int row in _unscored)
            _faults.Add(new RecordFault(row, null, FaultCodes.NoScore, "The model gave no finite score, or one beyond ±1E+150."));
    }

    private IEnumerable<RecordFault> FirstPerRow() => _faults.OrderBy(f => f.Row).DistinctBy(f => f.Row);

    // A fault's row is one of the batch as it is now; after an earlier compaction that is not the row it was read at.
    private int TakeOut(RecordBatch batch, string file, ShardMetrics metrics, bool scored)
    {
        if (_faults.Count == 0)
            return 0;
        _kept.Clear();
        int next = 0, rejected = 0;
        foreach (RecordFault fault in FirstPerRow())
        {
            RecordFault inFile = fault with { Row = batch.SourceRow(fault.Row) };
            if (_failOnBadRecord)
                throw Refused(batch, file, inFile);
            Rejects.Add(file, batch, inFile, fault.Row);
            metrics.Rejects.Add(fault.Code, fault.Column, 1);
            for (; next < fault.Row; next++)
                _kept.Add(next);
            next = fault.Row + 1;
            rejected++;
        }

        for (; next < batch.RowCount; next++)
            _kept.Add(next);
        ReadOnlySpan<int> kept = CollectionsMarshal.AsSpan(_kept);
        batch.Compact(kept);
        if (scored)
            _scores.Compact(kept);
        return rejected;
    }

    private static BatchFunctionsException Refused(RecordBatch batch, string file, in RecordFault fault)
    {
        string offset = batch.ByteOffset(fault.Row) is { } bytes ? FormattableString.Invariant($" at byte {bytes}") : "";
        return new BatchFunctionsException(
            ErrorKind.Policy,
            FormattableString.Invariant($"Record {batch.RecordNumber(fault.Row)}{offset} of {file} cannot be scored: {fault.Describe()} validation.on_bad_record is 'fail'; correct the record, or write 'reject' to have such records set aside."));
    }
}
