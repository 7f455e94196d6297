namespace BatchFunctions.Metrics.Evaluations;

/// <summary><see cref="ValueOutcomes"/> as they are written down, sums as <see cref="ExactSum.ToString"/> writes them.</summary>
internal sealed record ValueRecord
{
    /// <summary>The number of records.</summary>
    public required long Records { get; init; }

    /// <summary>The sum of predicted - actual.</summary>
    public required string Errors { get; init; }

    /// <summary>The sum of |predicted - actual|.</summary>
    public required string Magnitudes { get; init; }

    /// <summary>The sum of (predicted - actual)².</summary>
    public required string Squares { get; init; }

    /// <summary>The sum of the actual values.</summary>
    public required string Values { get; init; }

    /// <summary>The sum of the actual values' squares.</summary>
    public required string ValueSquares { get; init; }

    /// <summary>The largest |predicted - actual|.</summary>
    public required double LargestError { get; init; }
}
