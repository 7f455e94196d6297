using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Challengers;
using CsCheck;

namespace BatchFunctions.Tests.Metrics.Challengers;

public sealed class ChallengerMetricsTests
{
    [Fact]
    public void Pairs_of_few_and_of_many_classes_are_counted_merged_and_read_again() =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 3], Gen.Int[14, 18], Gen.Int[0, 500]), Gen.OneOf(Gen.Int[0, 3], Gen.Int[14, 18], Gen.Int[0, 500])).Array[0, 200].Sample(
            pairs =>
            {
                ChallengerMetrics metrics = new(ScoreScale.Unit), other = new(ScoreScale.Unit);
                foreach (((int model, int challenger), int i) in pairs.Select((pair, i) => (pair, i)))
                    (i % 3 == 0 ? metrics : other).AddPair(model, challenger);
                metrics.Merge(ChallengerMetrics.FromRecord(other.ToRecord()));

                Assert.Equal(
                    pairs.GroupBy(p => p).OrderBy(g => g.Key).Select(g => new ClassPair(g.Key.Item1, g.Key.Item2, g.Count())),
                    ChallengerMetrics.FromRecord(metrics.ToRecord()).Pairs);
            },
            iter: 100);

    [Theory]
    [InlineData(3, 4)]
    [InlineData(30, 40)]
    public void A_pair_that_is_written_twice_is_refused(int model, int challenger)
    {
        ChallengerRecord record = new ChallengerMetrics(ScoreScale.Unit).ToRecord() with { Pairs = [[model, challenger, 1], [model, challenger, 2]] };

        Assert.Throws<FormatException>(() => ChallengerMetrics.FromRecord(record));
    }
}
