namespace BatchFunctions.Metrics.Evaluations;

/// <summary><see cref="BinaryOutcomes"/> as they are written down.</summary>
internal sealed record BinaryRecord
{
    /// <summary>Predicted positive, turned out positive.</summary>
    public required long TruePositives { get; init; }

    /// <summary>Predicted positive, turned out negative.</summary>
    public required long FalsePositives { get; init; }

    /// <summary>Predicted negative, turned out negative.</summary>
    public required long TrueNegatives { get; init; }

    /// <summary>Predicted negative, turned out positive.</summary>
    public required long FalseNegatives { get; init; }

    /// <summary>Scores below 0 or above 1.</summary>
    public required long Outside { get; init; }

    /// <summary>Squared differences, in units of <see cref="FixedPoint"/>.</summary>
    public required Int128 Squares { get; init; }

    /// <summary>Negative logarithms, in units of <see cref="FixedPoint"/>.</summary>
    public required Int128 Logs { get; init; }

    /// <summary>Outcomes by score.</summary>
    public required CurveRecord Curve { get; init; }

    /// <summary>Outcomes by range of probability; null for a segment.</summary>
    public IReadOnlyList<CalibrationRecord>? Calibration { get; init; }
}
