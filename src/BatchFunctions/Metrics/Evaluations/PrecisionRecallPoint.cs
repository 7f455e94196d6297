namespace BatchFunctions.Metrics.Evaluations;

/// <summary>A point of a precision–recall curve.</summary>
/// <param name="Threshold">The score from which on records count as positive here.</param>
/// <param name="Recall">The share of the positive records that count as positive.</param>
/// <param name="Precision">The share of positive records among those that count as positive.</param>
public sealed record PrecisionRecallPoint(double Threshold, double Recall, double Precision);
