namespace BatchFunctions.Metrics.Evaluations;

/// <summary><see cref="SegmentOutcomes"/> as they are written down.</summary>
internal sealed record SegmentRecord
{
    /// <summary>The column's name.</summary>
    public required string Column { get; init; }

    /// <summary>The values that are told apart, in the order of their UTF-8 bytes.</summary>
    public required IReadOnlyList<SegmentValueRecord> Values { get; init; }

    /// <summary>The records without a value.</summary>
    public required OutcomesRecord Missing { get; init; }

    /// <summary>The records with other values.</summary>
    public required OutcomesRecord Other { get; init; }
}
