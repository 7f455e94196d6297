namespace BatchFunctions.Pipelines;

/// <summary>
/// Platt scaling, p = 1 / (1 + exp(a·s + b)) with the raw score s (Platt 1999, "Probabilistic outputs for support vector
/// machines", eq. 1); a is negative where a higher score means a higher probability.
/// </summary>
public sealed record PlattDefinition
{
    /// <summary>The slope a.</summary>
    public required double A { get; init; }

    /// <summary>The offset b.</summary>
    public required double B { get; init; }
}
