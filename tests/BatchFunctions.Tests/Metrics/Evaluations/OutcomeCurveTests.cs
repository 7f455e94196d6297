using System.Text.Json;
using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.TestSupport;
using CsCheck;

namespace BatchFunctions.Tests.Metrics.Evaluations;

public sealed class OutcomeCurveTests
{
    private static readonly Gen<double> Score = Gen.OneOf(
        Gen.Float[0, 1].Select(f => (double)f),
        Gen.Int[0, 20].Select(i => i / 20.0),
        Gen.Double[0, 1],
        Gen.Double[-1E3, 1E3],
        Gen.OneOf(0.0, -0.0, 1, double.Epsilon, 1E150, -1E150));

    private static readonly Gen<(double Score, bool Positive)> Record = Gen.Select(Score, Gen.Bool, (score, positive) => (score, positive));

    [Theory]
    [InlineData(16)]
    [InlineData(23)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Parts_merged_in_any_order_give_the_same_bytes(int limit) =>
        Partitions.Of(Record, 400, 6).Sample(
            cut =>
            {
                OutcomeCurve merged = Partitions.Merge(cut, items => Again(Make(items, limit)), (one, other) => one.Merge(other));
                (double, bool)[] backwards = [.. cut.Items.Reverse()];

                Assert.Equal(Json(Make(cut.Items, limit)), Json(merged));
                Assert.Equal(Json(Make(backwards, limit)), Json(merged));
            },
            iter: 100);

    [Fact]
    public void Bins_are_as_fine_as_the_limit_allows() =>
        Gen.Select(Record.Array[1, 300], Gen.Int[16, 80]).Sample(
            (records, limit) =>
            {
                ulong[] keys = [.. records.Select(r => OutcomeCurve.KeyOf(r.Score))];
                OutcomeCurve curve = Make(records, limit);

                Assert.Equal(keys.Select(k => k >> curve.Level).Distinct().Count(), curve.Count);
                Assert.True(curve.Count <= limit);
                if (curve.Level > 0)
                    Assert.True(keys.Select(k => k >> (curve.Level - 1)).Distinct().Count() > limit);
                Assert.Equal((records.Count(r => !r.Positive), records.Count(r => r.Positive)), curve.Totals());
            },
            iter: 200);

    // Scores of a few octaves and of all there are, so that bins lie side by side, are searched for, or both.
    [Theory]
    [InlineData(1, 512)]
    [InlineData(1, 16_384)]
    [InlineData(60, 512)]
    [InlineData(900, 512)]
    [InlineData(900, 16_384)]
    public void Bins_of_many_scores_hold_what_one_by_one_falls_into_them(int octaves, int limit)
    {
        var random = new Random(octaves + limit);
        (double Score, bool Positive)[] records = [.. Enumerable.Range(0, 100_000).Select(i =>
            ((random.Next(2) - 0.2) * Math.ScaleB(random.NextDouble(), i % 3 == 0 ? -random.Next(octaves) : 0), random.Next(3) == 0))];
        OutcomeCurve curve = Make(records, limit);
        ulong[] keys = [.. records.Select(r => OutcomeCurve.KeyOf(r.Score))];
        int level = Enumerable.Range(0, 64).First(l => keys.Select(k => k >> l).Distinct().Count() <= limit);

        Assert.Equal(level, curve.Level);
        Assert.Equal(
            records.GroupBy(r => OutcomeCurve.KeyOf(r.Score) >> level << level).OrderBy(g => g.Key).Select(g => new CurveBin(g.Key, g.Count(r => !r.Positive), g.Count(r => r.Positive))),
            curve.ToArray());
    }

    [Fact]
    public void Records_like_those_before_allocate_nothing()
    {
        var random = new Random(9);
        double[] scores = [.. Enumerable.Range(0, 50_000).Select(_ => random.NextDouble())], positive = [.. scores.Select(s => s > 0.5 ? 1.0 : 0)];
        var curve = new OutcomeCurve(1000);
        curve.Add(scores, positive);

        Assert.Equal(0, Allocations.Least(() => curve.Add(scores, positive)));
    }

    [Fact]
    public void Bins_are_in_the_order_of_their_scores_which_are_the_lowest_in_them() =>
        Gen.Select(Record.Array[1, 300], Gen.Int[16, 400]).Sample(
            (records, limit) =>
            {
                CurveBin[] bins = Make(records, limit).ToArray();

                Assert.Equal(bins.Select(b => b.Score).Order(), bins.Select(b => b.Score));
                Assert.All(records, r => Assert.Contains(bins, b => b.Score <= r.Score));
            },
            iter: 100);

    [Fact]
    public void Areas_are_exact_while_all_scores_are_told_apart() =>
        Record.Array[2, 200].Where(Mixed).Sample(
            records =>
            {
                var ranking = new Ranking(Make(records, 256));
                (bool[] positive, double[] scores) = ([.. records.Select(r => r.Positive)], [.. records.Select(r => r.Score + 0.0)]);

                Assert.Equal(ReferenceMeasures.Auc(positive, scores), ranking.Auc!.Value, 1e-14);
                Assert.Equal(ReferenceMeasures.AveragePrecision(positive, scores), ranking.AveragePrecision!.Value, 1e-14);
                Assert.Equal((0, 0), (ranking.AucMaxError, ranking.AveragePrecisionMaxError));
            },
            iter: 200);

    [Fact]
    public void Areas_over_bins_are_off_by_no_more_than_is_said() =>
        Gen.Select(Record.Array[2, 500].Where(Mixed), Gen.Int[16, 60]).Sample(
            (records, limit) =>
            {
                var ranking = new Ranking(Make(records, limit));
                (bool[] positive, double[] scores) = ([.. records.Select(r => r.Positive)], [.. records.Select(r => r.Score + 0.0)]);

                Assert.InRange(ReferenceMeasures.Auc(positive, scores) - ranking.Auc!.Value, -ranking.AucMaxError!.Value - 1e-14, ranking.AucMaxError.Value + 1e-14);
                Assert.InRange(
                    ReferenceMeasures.AveragePrecision(positive, scores) - ranking.AveragePrecision!.Value,
                    -ranking.AveragePrecisionMaxError!.Value - 1e-14,
                    ranking.AveragePrecisionMaxError.Value + 1e-14);
            },
            iter: 300);

    [Fact]
    public void A_large_curve_is_small_and_its_areas_are_close()
    {
        var random = new Random(7);
        (double, bool)[] records = [.. Enumerable.Range(0, 200_000).Select(_ => (float)random.NextDouble()).Select(s => ((double)s, random.NextDouble() < s * s))];
        OutcomeCurve curve = Make(records, BinaryOutcomes.CurveBins);
        var ranking = new Ranking(curve);

        Assert.InRange(curve.Count, BinaryOutcomes.CurveBins / 4, BinaryOutcomes.CurveBins);
        Assert.InRange(curve.ToRecord().Bins.Length, 1, 5 * BinaryOutcomes.CurveBins);
        Assert.InRange(ranking.AucMaxError!.Value, 1E-7, 2E-4);
        Assert.InRange(ranking.AveragePrecisionMaxError!.Value, 1E-7, 2E-3);
        Assert.Equal(ReferenceMeasures.Auc([.. records.Select(r => r.Item2)], [.. records.Select(r => r.Item1)]), ranking.Auc!.Value, 1e-5);
    }

    [Fact]
    public void A_curve_of_few_records_is_written_in_few_bytes()
    {
        var random = new Random(3);
        OutcomeCurve curve = Make([.. Enumerable.Range(0, 100).Select(_ => ((double)(float)random.NextDouble(), random.Next(2) == 0))], BinaryOutcomes.CurveBins);

        Assert.InRange(Json(curve).Length, 100, 1200);
    }

    [Fact]
    public void Of_one_outcome_alone_there_is_no_roc_curve()
    {
        var positive = new Ranking(Make([(0.5, true), (0.7, true)], 16));
        var negative = new Ranking(Make([(0.5, false)], 16));
        var nothing = new Ranking(Make([], 16));

        Assert.Equal((null, null, 1.0), (positive.Auc, positive.AucMaxError, positive.AveragePrecision));
        Assert.Equal((null, null, null), (negative.Auc, negative.AveragePrecision, negative.AveragePrecisionMaxError));
        Assert.Empty(positive.Roc(200));
        Assert.Empty(negative.PrecisionRecall(200));
        Assert.Empty(negative.Lift());
        Assert.Empty(nothing.Lift());
        Assert.Null(nothing.Auc);
    }

    [Fact]
    public void Curves_have_few_points_and_run_from_corner_to_corner() =>
        Gen.Select(Record.Array[2, 600].Where(Mixed), Gen.Int[16, 600]).Sample(
            (records, limit) =>
            {
                var ranking = new Ranking(Make(records, limit));
                IReadOnlyList<RocPoint> roc = ranking.Roc(50);
                IReadOnlyList<PrecisionRecallPoint> precision = ranking.PrecisionRecall(50);

                Assert.InRange(roc.Count, 2, 50);
                Assert.InRange(precision.Count, 1, 50);
                Assert.Equal(new RocPoint(null, 0, 0), roc[0]);
                Assert.Equal((1, 1), (roc[^1].FalsePositiveRate, roc[^1].TruePositiveRate));
                Assert.Equal(roc.OrderBy(p => p.FalsePositiveRate).ThenBy(p => p.TruePositiveRate), roc);
                Assert.Equal(roc.Skip(1).OrderByDescending(p => p.Threshold), roc.Skip(1));
                Assert.Equal(1, precision[^1].Recall);
                Assert.Equal((double)records.Count(r => r.Positive) / records.Length, precision[^1].Precision, 1e-12);
            },
            iter: 100);

    [Fact]
    public void Few_points_are_all_shown()
    {
        var ranking = new Ranking(Make([(0.9, true), (0.8, false), (0.8, true), (0.1, false)], 16));

        Assert.Equal([new RocPoint(null, 0, 0), new RocPoint(0.9, 0, 0.5), new RocPoint(0.8, 0.5, 1), new RocPoint(0.1, 1, 1)], ranking.Roc(200));
        Assert.Equal([new PrecisionRecallPoint(0.9, 0.5, 1), new PrecisionRecallPoint(0.8, 1, 2 / 3.0), new PrecisionRecallPoint(0.1, 1, 0.5)], ranking.PrecisionRecall(200));
    }

    [Fact]
    public void Lift_counts_from_the_top_and_shares_ties_out()
    {
        (double, bool)[] records = [.. Enumerable.Range(0, 20).Select(i => (i / 20.0, i >= 15))];
        IReadOnlyList<LiftRow> lift = new Ranking(Make(records, 64)).Lift();
        IReadOnlyList<LiftRow> tied = new Ranking(Make([.. records.Select(r => (0.5, r.Item2))], 64)).Lift();

        Assert.Equal([0.4, 0.8, 1, 1, 1, 1, 1, 1, 1, 1], lift.Select(l => Math.Round(l.Gain, 12)));
        Assert.Equal((4, 0.9, 1), (Math.Round(lift[0].Lift, 12), lift[0].Threshold, Math.Round(lift[0].PositiveRate, 12)));
        Assert.All(tied, row => Assert.Equal(1, row.Lift, 1e-12));
    }

    [Theory]
    [InlineData("\"level\":0", "\"level\":3")]
    [InlineData("\"level\":0", "\"level\":-1")]
    [InlineData("\"limit\":16", "\"limit\":2")]
    [InlineData("\"shift\":", "\"shift\":9")]
    [InlineData("\"bins\":\"", "\"bins\":\"AAAA")]
    [InlineData("\"bins\":\"", "\"bins\":\"////")]
    public void Bytes_that_cannot_be_are_refused(string from, string to)
    {
        string json = Json(Make([(0.1, true), (0.2, false), (0.3, true)], 16)).Replace(from, to, StringComparison.Ordinal);

        Assert.Throws<FormatException>(() => OutcomeCurve.FromRecord(JsonSerializer.Deserialize(json, MetricsJson.Default.CurveRecord)!));
    }

    private static bool Mixed((double Score, bool Positive)[] records) => records.Any(r => r.Positive) && records.Any(r => !r.Positive);

    private static OutcomeCurve Make((double Score, bool Positive)[] records, int limit)
    {
        var curve = new OutcomeCurve(limit);
        foreach ((double Score, bool Positive)[] some in records.Chunk(37))
            curve.Add([.. some.Select(r => r.Score)], [.. some.Select(r => r.Positive ? 1.0 : 0)]);
        return curve;
    }

    private static OutcomeCurve Again(OutcomeCurve curve) => OutcomeCurve.FromRecord(JsonSerializer.Deserialize(Json(curve), MetricsJson.Default.CurveRecord)!);

    private static string Json(OutcomeCurve curve) => JsonSerializer.Serialize(curve.ToRecord(), MetricsJson.Default.CurveRecord);
}
