namespace BatchFunctions.Metrics.Evaluations;

/// <summary><see cref="EvaluationMetrics"/> as they are written down; nothing is rounded.</summary>
internal sealed record EvaluationRecord
{
    /// <summary>The number of records without a label.</summary>
    public required long Missing { get; init; }

    /// <summary>The number of records whose label means nothing.</summary>
    public required long Unknown { get; init; }

    /// <summary>The first of the labels that mean nothing.</summary>
    public required IReadOnlyList<string> UnknownLabels { get; init; }

    /// <summary>The first of the labels that counted as negative without being named.</summary>
    public required IReadOnlyList<string> OtherLabels { get; init; }

    /// <summary>The outcomes of all evaluated records.</summary>
    public required OutcomesRecord Outcomes { get; init; }

    /// <summary>The outcomes by the columns' values.</summary>
    public required IReadOnlyList<SegmentRecord> Segments { get; init; }
}
