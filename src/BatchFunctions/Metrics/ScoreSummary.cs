namespace BatchFunctions.Metrics;

/// <summary>Scores in numbers. Each is rounded once, from exact sums, and so does not depend on the order or grouping of the scores.</summary>
/// <param name="Count">The number of scores.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Std">Their standard deviation, with the divisor n, since they are all scores of the job and no sample.</param>
/// <param name="Min">The smallest.</param>
/// <param name="Max">The largest.</param>
public sealed record ScoreSummary(long Count, double Mean, double Std, double Min, double Max);
