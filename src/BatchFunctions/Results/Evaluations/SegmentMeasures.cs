namespace BatchFunctions.Results.Evaluations;

/// <summary>What predictions were worth for one value of a column.</summary>
/// <param name="Value">The value; null for records without one, and for those whose values are not told apart.</param>
/// <param name="Kind"><c>value</c>, <c>missing</c> or <c>other</c>.</param>
/// <param name="Records">The number of evaluated records.</param>
/// <param name="Measures">The measures.</param>
public sealed record SegmentMeasures(string? Value, string Kind, long Records, Measures Measures);
