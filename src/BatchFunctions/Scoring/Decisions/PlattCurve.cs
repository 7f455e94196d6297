using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring.Decisions;

/// <summary>Platt scaling: see <see cref="PlattDefinition"/>.</summary>
internal readonly struct PlattCurve(PlattDefinition definition) : ICurve
{
    private readonly double _a = definition.A;
    private readonly double _b = definition.B;

    public static bool NeedsProbabilities => false;

    public double At(double score) => 1 / (1 + Math.Exp((_a * score) + _b));
}
