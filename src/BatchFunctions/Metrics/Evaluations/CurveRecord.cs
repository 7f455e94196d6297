namespace BatchFunctions.Metrics.Evaluations;

/// <summary>An <see cref="OutcomeCurve"/> as it is written down.</summary>
internal sealed record CurveRecord
{
    /// <summary>The number of bins at most.</summary>
    public required int Limit { get; init; }

    /// <summary>How many of the lowest bits of a score's key are not told apart.</summary>
    public required int Level { get; init; }

    /// <summary>The number of zero bits at the end of every key, which are left out of <see cref="Bins"/>.</summary>
    public required int Shift { get; init; }

    /// <summary>
    /// The bins from the lowest: of each the distance of its key from the one before, its negatives and its positives, as variable-length
    /// integers of seven bits a byte, the lowest first; in base64.
    /// </summary>
    public required byte[] Bins { get; init; }
}
