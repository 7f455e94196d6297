namespace BatchFunctions.Models;

/// <summary>What training counted of a feature's values, missing ones left out: a feature's <c>statistics</c> key. Imputation takes its numbers from here.</summary>
/// <param name="Mean">Their mean, or null.</param>
/// <param name="Median">Their median, or null.</param>
/// <param name="Mode">The most frequent one as text, or null.</param>
public sealed record FeatureStatistics(double? Mean, double? Median, string? Mode);
