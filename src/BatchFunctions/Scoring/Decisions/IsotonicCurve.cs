using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring.Decisions;

/// <summary>Isotonic calibration: see <see cref="IsotonicDefinition"/>.</summary>
internal readonly struct IsotonicCurve(IsotonicDefinition definition) : ICurve
{
    private readonly double[] _x = [.. definition.X];
    private readonly double[] _y = [.. definition.Y];

    public static bool NeedsProbabilities => false;

    public double At(double score)
    {
        int found = Array.BinarySearch(_x, score);
        if (found >= 0)
            return _y[found];
        int above = ~found;
        if (above == 0)
            return _y[0];
        if (above == _x.Length)
            return _y[^1];
        int below = above - 1;
        double slope = (_y[above] - _y[below]) / (_x[above] - _x[below]);
        return _y[below] + (slope * (score - _x[below]));
    }
}
