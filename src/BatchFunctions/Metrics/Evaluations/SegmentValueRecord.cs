namespace BatchFunctions.Metrics.Evaluations;

/// <summary>The outcomes of one value as they are written down.</summary>
/// <param name="Value">The value.</param>
/// <param name="Outcomes">Its outcomes.</param>
internal sealed record SegmentValueRecord(string Value, OutcomesRecord Outcomes);
