using BatchFunctions.Metrics;
using CsCheck;

namespace BatchFunctions.Tests.Metrics;

public sealed class ScoreAccumulatorTests
{
    private static readonly Gen<float> Probability = Gen.Frequency(
        (6, Gen.Float[0, 1]),
        (2, Gen.Float[0, 1e-6f]),
        (1, Gen.Float[0, 1e-30f]),
        (1, Gen.OneOf(0f, 1f, 0.2f, 0.5f, float.Epsilon, -0f)));

    [Fact]
    public void Known_scores_give_known_numbers()
    {
        var scores = new ScoreAccumulator(ScoreScale.Unit);
        scores.Add([0.25f, 0.5f, 0.75f, 1f]);

        Assert.Equal(new ScoreSummary(4, 0.625, Math.Sqrt(0.078125), 0.25, 1), scores.Summarize());
    }

    [Fact]
    public void Numbers_agree_with_a_two_pass_calculation() =>
        Probability.Array[1, 10_000].Sample(
            values =>
            {
                var scores = new ScoreAccumulator(ScoreScale.Unit);
                scores.Add(values);
                double mean = values.Average(v => (double)v);
                double std = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
                ScoreSummary summary = scores.Summarize()!;

                Assert.Equal(values.Length, summary.Count);
                Assert.Equal(mean, summary.Mean, 1e-12);
                Assert.Equal(std, summary.Std, 1e-9);
                Assert.Equal(values.Min(), summary.Min);
                Assert.Equal(values.Max(), summary.Max);
            },
            iter: 60);

    [Fact]
    public void The_spread_of_large_equal_scores_is_exactly_zero()
    {
        var scores = new ScoreAccumulator(ScoreScale.Any);
        scores.Add(Enumerable.Repeat(1_000_000_007.3, 1000).ToArray());

        Assert.Equal(0, scores.Summarize()!.Std);
        Assert.Equal(1_000_000_007.3, scores.Summarize()!.Mean);
    }

    [Theory]
    [InlineData(ScoreScale.Unit)]
    [InlineData(ScoreScale.Any)]
    public void Any_grouping_gives_the_same_to_the_last_bit(ScoreScale scale) =>
        Gen.Select(scale == ScoreScale.Unit ? Probability.Array[0, 6000] : Gen.Float[-1e6f, 1e6f].Array[0, 6000], Gen.Int[100, 2500], Gen.Int[0, 1 << 20]).Sample(
            (values, piece, seed) =>
            {
                var whole = new ScoreAccumulator(scale);
                whole.Add(values);

                var pieces = values.Chunk(piece).Select(chunk =>
                {
                    var part = new ScoreAccumulator(scale);
                    part.Add(chunk);
                    return ScoreAccumulator.FromRecord(part.ToRecord());
                }).ToArray();
                new Random(seed).Shuffle(pieces);
                var merged = new ScoreAccumulator(scale);
                foreach (ScoreAccumulator part in pieces)
                    merged.Merge(part);

                AssertSame(whole, merged);
            },
            iter: 60);

    [Fact]
    public void Floats_and_the_same_numbers_as_doubles_give_the_same() =>
        Probability.Array[0, 3000].Sample(
            values =>
            {
                ScoreAccumulator floats = new(ScoreScale.Unit), doubles = new(ScoreScale.Unit);
                floats.Add(values);
                doubles.Add(values.Select(v => (double)v).ToArray());

                // Squares below 2^-1000 count for nothing; those of floats never are.
                AssertSame(floats, doubles);
            },
            iter: 60);

    [Fact]
    public void Five_ranges_count_what_lies_between_their_ends()
    {
        var scores = new ScoreAccumulator(ScoreScale.Unit);
        scores.Add([0, 0.1999, Math.BitDecrement(0.2), 0.2, 0.4, 0.5, Math.BitDecrement(0.6), 0.6, 0.8, 0.99, 1, 1.0000001, -0.0000001]);

        IReadOnlyList<ScoreBucket> ranges = scores.Distribution(5);

        Assert.Equal([0, 0.2, 0.4, 0.6, 0.8], ranges.Select(r => r.Lower));
        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1], ranges.Select(r => r.Upper));
        Assert.Equal([4, 1, 3, 1, 4], ranges.Select(r => r.Count));
        Assert.Equal(13, scores.Distribution(100).Sum(r => r.Count));
    }

    [Fact]
    public void Ranges_of_any_scores_cover_them_with_exact_counts() =>
        Gen.Select(Gen.OneOf(Gen.Double[-100, 100], Gen.Double[1e6, 1e6 + 1000], Gen.Double[-1e-9, 1e-9], Gen.Double[-1e100, 1e100]).Array[1, 2000], Gen.Int[1, 30]).Sample(
            (values, count) =>
            {
                var scores = new ScoreAccumulator(ScoreScale.Any);
                scores.Add(values);

                IReadOnlyList<ScoreBucket> ranges = scores.Distribution(count);

                Assert.InRange(ranges.Count, 1, count);
                Assert.Equal(values.Min(), ranges[0].Lower);
                Assert.Equal(values.Max(), ranges[^1].Upper);
                for (int i = 0; i < ranges.Count; i++)
                {
                    bool last = i == ranges.Count - 1;
                    Assert.True(last || ranges[i].Upper == ranges[i + 1].Lower);
                    Assert.Equal(values.Count(v => v >= ranges[i].Lower && (v < ranges[i].Upper || last)), ranges[i].Count);
                }
            },
            iter: 300);

    [Fact]
    public void Equal_scores_are_one_range()
    {
        var scores = new ScoreAccumulator(ScoreScale.Any);
        scores.Add([42f, 42f]);

        Assert.Equal([new ScoreBucket(42, 42, 2)], scores.Distribution(5));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_score_that_is_not_finite_is_refused_and_leaves_nothing(float odd)
    {
        var scores = new ScoreAccumulator(ScoreScale.Unit);

        Assert.Throws<ArgumentOutOfRangeException>(() => scores.Add([0.1f, 0.2f, 0.3f, odd, 0.5f]));
        Assert.Throws<ArgumentOutOfRangeException>(() => scores.Add([0.1, 0.2, 0.3, odd, 0.5]));

        Assert.Null(scores.Summarize());
        Assert.Empty(scores.Distribution(5));
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        float[] values = [.. Enumerable.Range(0, 20_000).Select(i => i / 20_000f)];
        ScoreAccumulator unit = new(ScoreScale.Unit), any = new(ScoreScale.Any);
        unit.Add(values);
        any.Add(values);

        Assert.Equal(
            0,
            Allocations.Least(() =>
            {
                unit.Add(values);
                any.Add(values);
            }));
    }

    [Fact]
    public void Scales_do_not_mix() =>
        Assert.Throws<ArgumentException>(() => new ScoreAccumulator(ScoreScale.Unit).Merge(new ScoreAccumulator(ScoreScale.Any)));

    private static void AssertSame(ScoreAccumulator expected, ScoreAccumulator actual)
    {
        ScoreRecord a = expected.ToRecord(), b = actual.ToRecord();
        Assert.Equal(expected.Summarize(), actual.Summarize());
        Assert.Equal((a.Scale, a.Count, a.Sum, a.SumOfSquares, a.Min, a.Max), (b.Scale, b.Count, b.Sum, b.SumOfSquares, b.Min, b.Max));
        Assert.Equal(a.Histogram, b.Histogram);
    }
}
