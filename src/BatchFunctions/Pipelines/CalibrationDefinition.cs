namespace BatchFunctions.Pipelines;

/// <summary>How a score becomes a calibrated probability: the <c>decisions.calibration</c> key.</summary>
public sealed record CalibrationDefinition
{
    /// <summary>Platt scaling.</summary>
    public PlattDefinition? Platt { get; init; }
}
