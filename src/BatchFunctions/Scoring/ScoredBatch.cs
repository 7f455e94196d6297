using BatchFunctions.Data;

namespace BatchFunctions.Scoring;

/// <summary>The predictions for one batch of a stream, valid until the next one is asked for.</summary>
/// <param name="Columns">The predictions, column by column.</param>
/// <param name="Rows">The number of records with a score.</param>
/// <param name="Rejects">The records that could not be scored: row in the batch as it was given, and reason.</param>
public sealed record ScoredBatch(IReadOnlyList<Column> Columns, int Rows, IReadOnlyList<RecordFault> Rejects);
