using System.Numerics;
using BatchFunctions.Data;

namespace BatchFunctions.Scoring.Decisions;

/// <summary>Calibrates by a function of one score.</summary>
internal sealed class CurveCalibrator<TCurve>(TCurve curve, string model) : Calibrator
    where TCurve : struct, ICurve
{
    public override void Calibrate(Column scores, Column probabilities)
    {
        if (scores is Column<float> single)
            Calibrate<float>(single.Values, ((Column<float>)probabilities).Values);
        else
            Calibrate<double>(((Column<double>)scores).Values, ((Column<double>)probabilities).Values);
    }

    private void Calibrate<T>(ReadOnlySpan<T> scores, Span<T> probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (TCurve.NeedsProbabilities)
            Probabilities.Require(scores, model);
        for (int i = 0; i < scores.Length; i++)
            probabilities[i] = T.CreateChecked(curve.At(double.CreateChecked(scores[i])));
    }
}
