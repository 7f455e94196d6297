using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;

namespace BatchFunctions.Models.Probing;

/// <summary>Settles a job's batch size: what the model insists on, else what the pipeline says, else what a short probe of the model finds best.</summary>
/// <param name="time">The clock.</param>
internal sealed class BatchSizing(TimeProvider time)
{
    // Scored in a moment, whatever the model.
    private const long SmallInput = 4 << 20;

    // Of a column that is read; compressed or as text, a value rarely takes less than half of it or more than twice.
    private const int BytesPerValue = 4;

    private const int BytesPerText = 32;

    /// <summary>Settles without measuring.</summary>
    /// <returns>The choice; null where only a measurement can tell.</returns>
    public static BatchSizeChoice? WithoutProbe(ModelSignature model, PipelineDefinition pipeline, long inputBytes) => (model.FixedRows, pipeline.Scoring.BatchSize) switch
    {
        ({ } rows, _) => new(rows, BatchSizeOrigin.Model),
        (_, { } rows) => new(rows, BatchSizeOrigin.Pipeline),
        _ => inputBytes < SmallInput ? BatchSizeProbe.Unmeasured(CandidatesOf(model)) : null,
    };

    /// <summary>
    /// Settles for a device of another machine, which cannot be measured here: as many rows as the tensors allow, since each run costs a device a start and a journey, and few rows leave
    /// most of it idle. One that has not the memory for them takes half, and remembers.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="pipeline">The pipeline.</param>
    public static BatchSizeChoice ForAnotherDevice(ModelSignature model, PipelineDefinition pipeline) =>
        WithoutProbe(model, pipeline, inputBytes: long.MaxValue) ?? new(CandidatesOf(model)[^1], BatchSizeOrigin.Device);

    /// <summary>Settles, by measuring where it has to be.</summary>
    /// <param name="session">The model.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="columns">The columns that the job reads.</param>
    /// <param name="inputBytes">The length of the input.</param>
    /// <param name="cancellationToken">Ends the measuring.</param>
    public BatchSizeChoice Settle(ModelSession session, PipelineDefinition pipeline, IReadOnlyList<Field> columns, long inputBytes, CancellationToken cancellationToken)
    {
        if (WithoutProbe(session.Signature, pipeline, inputBytes) is { } settled)
            return settled;
        IReadOnlyList<int> candidates = CandidatesOf(session.Signature);
        Schema features = session.Signature.ColumnsFor(new Schema(columns));
        using var trial = new ModelTrial(session, features, pipeline.Validation.MissingActions(), candidates[^1]);
        return new BatchSizeProbe(time, trial, candidates).Choose(EstimateRecords(inputBytes, columns.Count), cancellationToken);
    }

    /// <summary>About how many records an input has.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="columns">The number of columns that are read.</param>
    public static long EstimateRecords(long bytes, int columns) => bytes / (BytesPerValue * Math.Max(1, columns));

    private static IReadOnlyList<int> CandidatesOf(ModelSignature model) => BatchSizeProbe.CandidatesFor(
        model.Inputs.Sum(i => (long)BytesOf(i.Type) * i.Width) + ((long)BytesOf(model.Score.Type) * model.Score.Width));

    private static int BytesOf(DataType type) => type switch
    {
        DataType.Bool => 1,
        DataType.Float32 or DataType.Int32 => 4,
        DataType.String => BytesPerText,
        _ => 8,
    };
}
