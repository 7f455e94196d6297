using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

namespace BatchFunctions.Scoring.Decisions;

/// <summary>Tells probabilities from other scores.</summary>
internal static class Probabilities
{
    // What a sum of rounded probabilities may be beyond 1.
    private const double Slack = 1e-5;

    /// <summary>Refuses scores that temperature scaling makes no sense of.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: one is below 0 or above 1.</exception>
    public static void Require<T>(ReadOnlySpan<T> scores, string model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (scores.IsEmpty)
            return;
        double min = double.CreateChecked(TensorPrimitives.Min(scores)), max = double.CreateChecked(TensorPrimitives.Max(scores));
        if (min >= -Slack && max <= 1 + Slack)
            return;
        throw new BatchFunctionsException(
            ErrorKind.Request,
            string.Create(CultureInfo.InvariantCulture, $"Temperature scaling takes probabilities, and {model} gave {(min < -Slack ? min : max):R}. For raw scores of two classes write platt: {{ a: -1/T, b: 0 }} with the number for -1/T, or remove the calibration."));
    }
}
