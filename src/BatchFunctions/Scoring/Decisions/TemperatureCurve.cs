namespace BatchFunctions.Scoring.Decisions;

/// <summary>
/// Temperature scaling of the probability of one of two classes: σ(logit(p) / T), which is p^(1/T) / (p^(1/T) + (1 − p)^(1/T)).
/// </summary>
internal readonly struct TemperatureCurve(double temperature) : ICurve
{
    public static bool NeedsProbabilities => true;

    public double At(double score)
    {
        double p = Math.Clamp(score, 0, 1);
        return 1 / (1 + Math.Exp((Math.Log(1 - p) - Math.Log(p)) / temperature));
    }
}
