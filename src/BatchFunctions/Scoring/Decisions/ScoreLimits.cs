using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Scoring.Decisions;

/// <summary>
/// Compares scores with limits. Nobody can foresee on which side of a limit a score is, so there is no branch: single precision, as most models give, is compared a vector
/// at a time. Limits are numbers of the scores' type.
/// </summary>
internal static class ScoreLimits
{
    /// <summary>Gives class 1 to the scores that reach a threshold, 0 to the others.</summary>
    /// <returns>How many got class 1.</returns>
    public static long Classify<T>(ReadOnlySpan<T> scores, T threshold, Span<int> classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        classes = classes[..scores.Length];
        long ones = 0;
        int done = 0;
        if (typeof(T) == typeof(float))
        {
            Vector256<float> limit = Vector256.Create(float.CreateTruncating(threshold));
            ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<T, Vector256<float>>(scores);
            Span<Vector256<int>> targets = MemoryMarshal.Cast<int, Vector256<int>>(classes);
            Vector256<int> lanes = default;
            for (int i = 0; i < vectors.Length; i++)
            {
                // A comparison that holds is -1.
                Vector256<int> reached = -Vector256.GreaterThanOrEqual(vectors[i], limit).AsInt32();
                targets[i] = reached;
                lanes += reached;
            }

            ones = Vector256.Sum(lanes);
            done = vectors.Length * Vector256<float>.Count;
        }

        for (; done < scores.Length; done++)
            ones += classes[done] = scores[done] >= threshold ? 1 : 0;
        return ones;
    }

    /// <summary>Gives class 1 to the scores that reach their own threshold, 0 to the others.</summary>
    /// <returns>How many got class 1.</returns>
    public static long Classify<T>(ReadOnlySpan<T> scores, ReadOnlySpan<double> thresholds, Span<int> classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        classes = classes[..scores.Length];
        thresholds = thresholds[..scores.Length];
        long ones = 0;
        for (int i = 0; i < scores.Length; i++)
            ones += classes[i] = double.CreateTruncating(scores[i]) >= thresholds[i] ? 1 : 0;
        return ones;
    }

    /// <summary>Finds each score's band.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="ends">The last score of each band but the last, ascending.</param>
    /// <param name="entryOf">Where the bands' numbers go, from 1 on.</param>
    /// <param name="counts">Where the number of scores in each band goes.</param>
    public static void Band<T>(ReadOnlySpan<T> scores, ReadOnlySpan<double> ends, Span<ushort> entryOf, Span<long> counts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        entryOf = entryOf[..scores.Length];
        entryOf.Fill(1);
        long before = scores.Length;
        for (int band = 0; band < ends.Length; band++)
        {
            long above = StepUp(scores, T.CreateTruncating(ends[band]), entryOf);
            counts[band] = before - above;
            before = above;
        }

        counts[ends.Length] = before;
    }

    // Adds one to the number of every score above the limit, and tells how many there are.
    private static long StepUp<T>(ReadOnlySpan<T> scores, T limit, Span<ushort> entryOf)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long above = 0;
        int done = 0;
        if (typeof(T) == typeof(float))
        {
            Vector256<float> wide = Vector256.Create(float.CreateTruncating(limit));
            ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<T, Vector256<float>>(scores);
            Span<Vector256<short>> targets = MemoryMarshal.Cast<ushort, Vector256<short>>(entryOf);
            Vector256<int> lanes = default;
            for (int i = 0; i < targets.Length; i++)
            {
                Vector256<int> low = Vector256.GreaterThan(vectors[2 * i], wide).AsInt32(), high = Vector256.GreaterThan(vectors[(2 * i) + 1], wide).AsInt32();
                targets[i] -= Vector256.Narrow(low, high);
                lanes -= low + high;
            }

            above = Vector256.Sum(lanes);
            done = targets.Length * Vector256<short>.Count;
        }

        for (; done < scores.Length; done++)
        {
            int step = scores[done] > limit ? 1 : 0;
            entryOf[done] += (ushort)step;
            above += step;
        }

        return above;
    }
}
