using System.Numerics;
using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Scoring.Decisions;

/// <summary>
/// Temperature scaling of the probabilities of several classes, in place: softmax(log p / T), which is p^(1/T) divided by the sum of all
/// classes' (Guo et al. 2017, "On calibration of modern neural networks", eq. 9).
/// </summary>
internal sealed class ClassTemperature(double temperature, string model)
{
    private const int BlockRows = 1024;

    private double[] _powers = [];

    /// <summary>Calibrates all probabilities of a batch.</summary>
    /// <param name="scores">The batch's scores, of which the classes' probabilities are replaced.</param>
    /// <param name="largest">Where each record's largest calibrated probability goes.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: what the model gave are no probabilities.</exception>
    public void Calibrate(ModelScores scores, Column largest)
    {
        if (largest is Column<float> single)
            Calibrate(scores, single);
        else
            Calibrate(scores, (Column<double>)largest);
    }

    private void Calibrate<T>(ModelScores scores, Column<T> largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int c = 0; c < scores.Values.Count; c++)
            Probabilities.Require<T>(((Column<T>)scores.Values[c]).Values, model);
        if (_powers.Length < BlockRows * scores.Values.Count)
            _powers = new double[BlockRows * scores.Values.Count];
        for (int start = 0; start < largest.Length; start += BlockRows)
            Calibrate(scores, start, largest.Values.Slice(start, Math.Min(BlockRows, largest.Length - start)));
    }

    private void Calibrate<T>(ModelScores scores, int start, Span<T> largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> sums = stackalloc double[largest.Length], most = stackalloc double[largest.Length];
        sums.Clear();
        most.Clear();
        for (int c = 0; c < scores.Values.Count; c++)
        {
            ReadOnlySpan<T> values = ValuesOf<T>(scores, c, start, largest.Length);
            for (int i = 0; i < values.Length; i++)
                most[i] = Math.Max(most[i], double.CreateChecked(values[i]));
        }

        // Divided by the largest first, so that no power of a small temperature is too small for a double.
        for (int c = 0; c < scores.Values.Count; c++)
        {
            ReadOnlySpan<T> values = ValuesOf<T>(scores, c, start, largest.Length);
            Span<double> powers = _powers.AsSpan(c * BlockRows, values.Length);
            for (int i = 0; i < values.Length; i++)
                sums[i] += powers[i] = Math.Pow(Math.Max(0, double.CreateChecked(values[i])) / most[i], 1 / temperature);
        }

        // Where no class has any probability there is nothing to scale.
        for (int c = 0; c < scores.Values.Count; c++)
        {
            Span<T> values = ValuesOf<T>(scores, c, start, largest.Length);
            Span<double> powers = _powers.AsSpan(c * BlockRows, values.Length);
            for (int i = 0; i < values.Length; i++)
                values[i] = most[i] > 0 ? T.CreateChecked(powers[i] / sums[i]) : T.Zero;
        }

        for (int i = 0; i < largest.Length; i++)
            largest[i] = most[i] > 0 ? T.CreateChecked(1 / sums[i]) : T.Zero;
    }

    private static Span<T> ValuesOf<T>(ModelScores scores, int index, int start, int count)
        where T : unmanaged => ((Column<T>)scores.Values[index]).Values.Slice(start, count);
}
