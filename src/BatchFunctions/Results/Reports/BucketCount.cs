namespace BatchFunctions.Results.Reports;

/// <summary>A range of scores with its share.</summary>
/// <param name="Lower">The range's lower end, inclusive.</param>
/// <param name="Upper">The range's upper end, exclusive but for the last range's.</param>
/// <param name="Count">The number of scores in it.</param>
/// <param name="Share">The share of all scores, 0 to 1.</param>
public sealed record BucketCount(double Lower, double Upper, long Count, double Share);
