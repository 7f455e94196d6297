namespace BatchFunctions.Results.Evaluations;

/// <summary>A range of probabilities against what turned out.</summary>
/// <param name="Lower">The range's lower end, inclusive.</param>
/// <param name="Upper">The range's upper end, exclusive but for the last range's.</param>
/// <param name="Records">The number of records.</param>
/// <param name="MeanScore">Their mean probability; null without a record.</param>
/// <param name="PositiveRate">The share of them that turned out positive; null without a record.</param>
public sealed record CalibrationRange(double Lower, double Upper, long Records, double? MeanScore, double? PositiveRate);
