namespace BatchFunctions.Models;

/// <summary>The bounds that a feature's values are brought into before they are scaled.</summary>
/// <param name="Min">What smaller values become; null for no bound.</param>
/// <param name="Max">What larger values become; null for no bound.</param>
public sealed record FeatureClip(double? Min, double? Max);
