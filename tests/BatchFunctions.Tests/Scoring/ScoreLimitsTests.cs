using BatchFunctions.Scoring.Decisions;
using CsCheck;

namespace BatchFunctions.Tests.Scoring;

public sealed class ScoreLimitsTests
{
    private static readonly float[] Edges = [0f, 0.25f, MathF.BitDecrement(0.25f), MathF.BitIncrement(0.25f), 0.5f, 1f, -1f, float.MaxValue, float.MinValue];

    private static readonly Gen<float> Edge = Gen.Int[0, Edges.Length - 1].Select(i => Edges[i]);

    private static readonly Gen<float[]> Scores = Gen.OneOf(Gen.Float[-2f, 2f], Edge).Array[0, 100];

    private static readonly Gen<float[]> Limits = Gen.OneOf(Gen.Float[-1f, 1f], Edge).Array[0, 5].Select(limits => limits.Order().ToArray());

    [Fact]
    public void Every_score_is_in_the_first_band_that_it_does_not_exceed() => Gen.Select(Scores, Limits).Sample((scores, ends) =>
    {
        int[] expected = [.. scores.Select(score => ends.TakeWhile(end => score > end).Count())];
        Assert.Equal(expected, Banded<float>(scores, ends));
        Assert.Equal(expected, Banded<double>([.. scores.Select(score => (double)score)], ends));
    });

    [Fact]
    public void A_score_that_reaches_the_threshold_is_of_class_1() => Gen.Select(Scores, Gen.OneOf(Gen.Float[-1f, 1f], Edge)).Sample((scores, threshold) =>
    {
        int[] expected = [.. scores.Select(score => score >= threshold ? 1 : 0)], classes = new int[scores.Length];
        Assert.Equal(expected.Sum(), ScoreLimits.Classify<float>(scores, threshold, classes));
        Assert.Equal(expected, classes);

        double[] wide = [.. scores.Select(score => (double)score)];
        Assert.Equal(expected.Sum(), ScoreLimits.Classify<double>(wide, (double)threshold, classes));
        Assert.Equal(expected, classes);

        double[] own = [.. scores.Select(_ => (double)threshold)];
        Assert.Equal(expected.Sum(), ScoreLimits.Classify<float>(scores, own, classes));
        Assert.Equal(expected, classes);
    });

    private static int[] Banded<T>(T[] scores, float[] ends)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        ushort[] entryOf = new ushort[scores.Length];
        long[] counts = new long[ends.Length + 1];
        ScoreLimits.Band<T>(scores, [.. ends.Select(end => (double)end)], entryOf, counts);
        for (int band = 0; band < counts.Length; band++)
            Assert.Equal(entryOf.LongCount(entry => entry == band + 1), counts[band]);
        return [.. entryOf.Select(entry => entry - 1)];
    }
}
