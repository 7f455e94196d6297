using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>How a score becomes a calibrated probability, one of the ways: the <c>decisions.calibration</c> key.</summary>
public sealed record CalibrationDefinition
{
    /// <summary>Platt scaling: p = 1 / (1 + exp(a·s + b)) of the score s.</summary>
    public PlattDefinition? Platt { get; init; }

    /// <summary>Isotonic calibration: a curve through given points.</summary>
    public IsotonicDefinition? Isotonic { get; init; }

    /// <summary>
    /// Temperature scaling of probabilities, those of several classes among them: each p becomes p^(1/T), divided by the sum of all classes'
    /// (Guo et al. 2017, "On calibration of modern neural networks", eq. 9, with log p for the logits). Above 1 it makes them less sure. Default: none.
    /// </summary>
    [Key(Min = 0, AboveMin = true, Max = 1000)]
    public double? Temperature { get; init; }

    /// <summary>How many of the ways are there; 1 where the definition is right.</summary>
    internal int Count => (Platt is null ? 0 : 1) + (Isotonic is null ? 0 : 1) + (Temperature is null ? 0 : 1);
}
