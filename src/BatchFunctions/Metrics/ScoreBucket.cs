namespace BatchFunctions.Metrics;

/// <summary>A range of scores and how many are in it.</summary>
/// <param name="Lower">The range's lower end, inclusive.</param>
/// <param name="Upper">The range's upper end, exclusive but for the last range's.</param>
/// <param name="Count">The number of scores in it.</param>
public sealed record ScoreBucket(double Lower, double Upper, long Count);
