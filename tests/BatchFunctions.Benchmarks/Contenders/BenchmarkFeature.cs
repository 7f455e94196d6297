namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>A feature of a benchmark's model.</summary>
/// <param name="Name">Its column.</param>
/// <param name="Tensor">What the model takes it as: <c>float32</c>, <c>int64</c> or <c>string</c>.</param>
/// <param name="Mean">What is taken off it before it is scored.</param>
/// <param name="Std">What it is then divided by, or null for a feature that is not scaled.</param>
/// <param name="Categories">The words that it can be, which a model of numbers takes as their position; null for a number.</param>
/// <param name="Missing">What stands in for a missing value; null where there is none, or the model puts something in its place.</param>
internal sealed record BenchmarkFeature(
    string Name, string Tensor = "float32", double Mean = 0, double? Std = null, IReadOnlyList<string>? Categories = null, double? Missing = null);
