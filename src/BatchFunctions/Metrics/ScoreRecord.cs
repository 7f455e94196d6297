namespace BatchFunctions.Metrics;

/// <summary>A <see cref="ScoreAccumulator"/> as it is written down; nothing is rounded.</summary>
internal sealed record ScoreRecord
{
    /// <summary><c>unit</c> or <c>any</c>.</summary>
    public required string Scale { get; init; }

    /// <summary>The number of scores.</summary>
    public required long Count { get; init; }

    /// <summary>Their exact sum, as <see cref="ExactSum.ToString"/> writes it.</summary>
    public required string Sum { get; init; }

    /// <summary>The exact sum of their squares.</summary>
    public required string SumOfSquares { get; init; }

    /// <summary>The smallest, or null without scores.</summary>
    public double? Min { get; init; }

    /// <summary>The largest, or null without scores.</summary>
    public double? Max { get; init; }

    /// <summary>Pairs of bin and count, ascending.</summary>
    public required IReadOnlyList<long[]> Histogram { get; init; }
}
