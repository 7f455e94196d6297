using System.Text.Json;
using BatchFunctions.Baselines;
using BatchFunctions.Data;
using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Drift;
using BatchFunctions.Models;
using BatchFunctions.Monitoring;
using BatchFunctions.Pipelines;
using CsCheck;

namespace BatchFunctions.Tests.Baselines;

/// <summary>Many numbers, in the bins that a baseline of them gets, against plain definitions over the numbers themselves.</summary>
public sealed class LargeDriftTests
{
    private const int Rows = 200_000;

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(-1.5)]
    public void Measures_of_many_numbers_are_within_the_stated_error(double shift)
    {
        double[] baseline = Normal(1, 0), job = Normal(2, shift);
        Histogram histogram = HistogramOf(baseline);

        FeatureDrift drift = DriftEvaluator.Evaluate(PlanOf(histogram), Counted(histogram, [job]), []).Features[0];

        Assert.InRange(PlainKs(baseline, job), drift.Ks!.Value - 1e-12, drift.Ks.Value + drift.KsError!.Value + 1e-12);
        Assert.InRange(drift.KsError.Value, 0, 0.25);
        Assert.Equal(PlainPsi(baseline, job, histogram.Edges), drift.Psi!.Value, 1e-9);
    }

    [Fact]
    public void However_numbers_are_dealt_out_to_shards_the_alarms_are_the_same()
    {
        double[] numbers = [.. Normal(1, 0).Take(3_000)];
        Histogram histogram = HistogramOf(numbers);
        Gen.Select(Gen.Int[1, 3_000], Gen.Double[-0.5, 0.5], Gen.Int[1, 30], Gen.Int[0, 1 << 20]).Sample((count, shift, shards, seed) =>
        {
            var random = new Random(seed);
            double[] job = [.. numbers.Take(count).Select(n => n + shift)];
            var dealt = job.ToLookup(_ => random.Next(shards));
            List<Alarm> ofOne = [], ofMany = [];

            FeatureDrift one = DriftEvaluator.Evaluate(PlanOf(histogram), Counted(histogram, [job]), ofOne).Features[0];
            FeatureDrift many = DriftEvaluator.Evaluate(PlanOf(histogram), Counted(histogram, [.. dealt.Select(s => s.ToArray())]), ofMany).Features[0];

            Assert.Equal(ofOne, ofMany);
            Assert.Equal((one.Psi, one.Ks, one.Js, one.UnseenRate), (many.Psi, many.Ks, many.Js, many.UnseenRate));
        }, iter: 50);
    }

    private static Histogram HistogramOf(double[] numbers)
    {
        var sketch = new QuantileSketch();
        foreach (double number in numbers)
            sketch.Add(number);
        IReadOnlyList<double> edges = BinEdges.Of(sketch.Values(), 20);
        Histogram empty = new() { Edges = edges, Counts = new double[edges.Count - 1] };
        return empty with { Counts = [.. Counted(empty, [numbers]).Features[0].Bins[1..^1].Select(c => (double)c)] };
    }

    // Each shard as it is counted, written down, read and merged.
    private static DriftCounts Counted(Histogram histogram, double[][] shards)
    {
        var all = new ShardMetrics(ScoreScale.Unit);
        foreach (double[] shard in shards)
        {
            var column = (Column<double>)Column.Create(new Field("x", DataType.Float64));
            column.Reset(shard.Length);
            shard.CopyTo(column.Values);
            var counts = new DriftCounts([FeatureCounts.For(histogram)], null);
            FeatureBins.Of(histogram, DataType.Float64)!.Count(column, 0, shard.Length, counts.Features[0]);
            all.Merge(JsonSerializer.Deserialize<ShardMetrics>(JsonSerializer.Serialize(new ShardMetrics(ScoreScale.Unit) { Drift = counts }))!);
        }

        return all.Drift!;
    }

    private static DriftPlan PlanOf(Histogram histogram) =>
        new() { Source = "test", Features = [new DriftFeature("x", histogram, new DriftLimits { Psi = 0.05, Ks = 0.05, Js = 0.01, UnseenRate = 0.001 })] };

    private static double[] Normal(int seed, double mean)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Rows).Select(_ => mean + (Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }

    private static double PlainKs(double[] a, double[] b)
    {
        (double[] x, double[] y) = ([.. a.Order()], [.. b.Order()]);
        double most = 0;
        for (int i = 0, j = 0; i < x.Length && j < y.Length;)
        {
            double value = Math.Min(x[i], y[j]);
            while (i < x.Length && x[i] <= value)
                i++;
            while (j < y.Length && y[j] <= value)
                j++;
            most = Math.Max(most, Math.Abs((i / (double)x.Length) - (j / (double)y.Length)));
        }

        return most;
    }

    private static double PlainPsi(double[] a, double[] b, IReadOnlyList<double> edges)
    {
        double[] p = Shares(a), q = Shares(b);
        return p.Zip(q, (x, y) => (Math.Max(x, 0.0001), Math.Max(y, 0.0001))).Sum(s => (s.Item2 - s.Item1) * Math.Log(s.Item2 / s.Item1));

        double[] Shares(double[] values)
        {
            var shares = new double[edges.Count - 1];
            foreach (double value in values)
                shares[Math.Clamp(edges.Count(e => e <= value) - 1, 0, shares.Length - 1)] += 1.0 / values.Length;
            return shares;
        }
    }
}
