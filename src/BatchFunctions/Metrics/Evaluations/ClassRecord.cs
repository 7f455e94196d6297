namespace BatchFunctions.Metrics.Evaluations;

/// <summary><see cref="ClassOutcomes"/> as they are written down.</summary>
internal sealed record ClassRecord
{
    /// <summary>The number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Triples of the class that turned out, the class that was predicted, and the number of records, ascending.</summary>
    public required IReadOnlyList<long[]> Cells { get; init; }

    /// <summary>Probabilities below 0 or above 1.</summary>
    public required long Outside { get; init; }

    /// <summary>Negative logarithms, in units of <see cref="FixedPoint"/>.</summary>
    public required Int128 Logs { get; init; }
}
