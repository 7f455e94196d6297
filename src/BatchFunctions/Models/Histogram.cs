namespace BatchFunctions.Models;

/// <summary>A distribution as training saw it: numbers by bins, or text by categories.</summary>
public sealed record Histogram
{
    /// <summary>The bins' edges, ascending, one more than there are bins; a bin holds its lower edge and not its upper one, the last holds both. Empty for text.</summary>
    public IReadOnlyList<double> Edges { get; init; } = [];

    /// <summary>The categories. Empty for numbers.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The number of values in each bin or category.</summary>
    public required IReadOnlyList<double> Counts { get; init; }

    /// <summary>The number of values in none of the bins or categories.</summary>
    public double Other { get; init; }

    /// <summary>The number of missing values, which are in no bin.</summary>
    public double Missing { get; init; }

    /// <summary>Whether it is one of numbers.</summary>
    internal bool IsNumeric => Edges.Count > 0;
}
