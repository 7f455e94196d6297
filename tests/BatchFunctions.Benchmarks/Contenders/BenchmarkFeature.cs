namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>A feature of a benchmark's model.</summary>
/// <param name="Name">Its column.</param>
/// <param name="Text">Whether it is text.</param>
/// <param name="Mean">What is taken off it before it is scored.</param>
/// <param name="Std">What it is then divided by, or null for a feature that is not scaled.</param>
/// <param name="Categories">The words that are encoded as their position, or null.</param>
/// <param name="Missing">What stands in for a missing value, or null.</param>
internal sealed record BenchmarkFeature(string Name, bool Text = false, double Mean = 0, double? Std = null, IReadOnlyList<string>? Categories = null, double? Missing = null);
