namespace BatchFunctions.Metrics.Evaluations;

/// <summary>A range of <see cref="CalibrationBins"/> as it is written down.</summary>
/// <param name="Records">The number of records.</param>
/// <param name="Positives">The number of them that turned out positive.</param>
/// <param name="Scores">The sum of their probabilities, in units of <see cref="FixedPoint"/>.</param>
internal sealed record CalibrationRecord(long Records, long Positives, Int128 Scores);
