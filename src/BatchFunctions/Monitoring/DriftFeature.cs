using BatchFunctions.Models;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Monitoring;

/// <summary>A feature, or the scores, with what to compare with.</summary>
/// <param name="Name">The column; <c>score</c> for the scores.</param>
/// <param name="Histogram">The baseline's histogram.</param>
/// <param name="Limits">From where on there is an alarm.</param>
public sealed record DriftFeature(string Name, Histogram Histogram, DriftLimits Limits);
