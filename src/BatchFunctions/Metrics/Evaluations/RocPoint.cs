namespace BatchFunctions.Metrics.Evaluations;

/// <summary>A point of a ROC curve.</summary>
/// <param name="Threshold">The score from which on records count as positive here; null for none.</param>
/// <param name="FalsePositiveRate">The share of the negative records that count as positive.</param>
/// <param name="TruePositiveRate">The share of the positive records that count as positive.</param>
public sealed record RocPoint(double? Threshold, double FalsePositiveRate, double TruePositiveRate);
