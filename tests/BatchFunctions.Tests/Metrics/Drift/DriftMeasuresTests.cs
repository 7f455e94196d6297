using BatchFunctions.Metrics.Drift;
using CsCheck;

namespace BatchFunctions.Tests.Metrics.Drift;

/// <summary>The measures are those of their plain definitions over the values themselves.</summary>
public sealed class DriftMeasuresTests
{
    private static readonly Gen<(int[] Baseline, int[] Job)> Samples = Gen.Select(Gen.Int[0, 12].Array[5, 300], Gen.Int[0, 12].Array[5, 300]);

    [Fact]
    public void Where_each_value_has_a_bin_the_stability_index_is_the_plain_one() => Samples.Sample((baseline, job) =>
    {
        (double[] p, double[] q) = Binned(baseline, job);

        Assert.Equal(PlainPsi(baseline, job), DriftMeasures.Psi(p, q, baseline.Length, job.Length), 1e-9);
    });

    [Fact]
    public void Where_each_value_has_a_bin_the_kolmogorov_smirnov_distance_is_that_of_the_values() => Samples.Sample((baseline, job) =>
    {
        (double[] p, double[] q) = Binned(baseline, job);

        Assert.Equal(PlainKs(baseline, job), DriftMeasures.KolmogorovSmirnov(p, q).Distance, 1e-9);
    });

    [Fact]
    public void The_jensen_shannon_divergence_is_the_mean_of_two_relative_entropies() => Samples.Sample((baseline, job) =>
    {
        (double[] p, double[] q) = Binned(baseline, job);
        double[] middle = [.. p.Zip(q, (a, b) => (a + b) / 2)];

        Assert.Equal((RelativeEntropy(p, middle) + RelativeEntropy(q, middle)) / 2, DriftMeasures.JensenShannon(p, q), 1e-9);

        static double RelativeEntropy(double[] a, double[] b) => a.Zip(b).Where(x => x.First > 0).Sum(x => x.First * Math.Log2(x.First / x.Second));
    });

    [Fact]
    public void In_coarse_bins_the_kolmogorov_smirnov_distance_is_within_its_stated_error() =>
        Gen.Select(Gen.Double[-3, 3].Array[50, 2_000], Gen.Double[-3, 3].Array[50, 2_000], Gen.Double[-3, 3].HashSet[2, 12], Gen.Double[-1, 1]).Sample((baseline, job, cuts, shift) =>
        {
            job = [.. job.Select(v => v + shift)];
            double[] edges = [.. cuts.Order()];

            (double distance, double error) = DriftMeasures.KolmogorovSmirnov(Shares(baseline, edges), Shares(job, edges));

            Assert.InRange(PlainKs(baseline, job), distance - 1e-12, distance + error + 1e-12);
        });

    [Fact]
    public void Equal_shares_are_no_distance() => Gen.Double[0, 5].Array[2, 30].Where(c => c.Sum() > 0).Sample(counts =>
    {
        double[] p = [.. counts.Select(c => c / counts.Sum())];

        Assert.Equal(0, DriftMeasures.Psi(p, p, 1_000_000, 1_000_000), 1e-12);
        Assert.Equal(0, DriftMeasures.JensenShannon(p, p), 1e-12);
        Assert.Equal(0, DriftMeasures.KolmogorovSmirnov(p, p).Distance, 1e-12);
    });

    [Fact]
    public void What_has_nothing_in_common_is_as_far_as_can_be()
    {
        (double distance, double error) = DriftMeasures.KolmogorovSmirnov([1, 0], [0, 1]);

        Assert.Equal((1, 0), (distance, error));
        Assert.Equal(1, DriftMeasures.JensenShannon([1, 0], [0, 1]), 1e-12);
        Assert.Equal(2 * (1 - 0.0001) * Math.Log(1 / 0.0001), DriftMeasures.Psi([1, 0], [0, 1], 1e9, 1e9), 1e-9);
    }

    [Theory]
    [InlineData(1e9, 1e9, 0.1 - 0.0001, 0.1 / 0.0001)]
    [InlineData(100, 1e9, 0.1 - 0.005, 0.1 / 0.005)]
    public void An_empty_bin_counts_as_a_ten_thousandth_or_half_a_record(double baseline, double job, double difference, double ratio) =>
        Assert.Equal((difference * Math.Log(ratio)) + (-0.1 * Math.Log(0.9)), DriftMeasures.Psi([0, 1], [0.1, 0.9], baseline, job), 1e-12);

    // The shares of the values themselves, without bins; an empty place counts as half a record, or a ten thousandth.
    private static double PlainPsi(int[] baseline, int[] job)
    {
        double sum = 0;
        foreach (int value in baseline.Union(job))
        {
            double p = Math.Max(baseline.Count(v => v == value) / (double)baseline.Length, Math.Max(0.5 / baseline.Length, 0.0001));
            double q = Math.Max(job.Count(v => v == value) / (double)job.Length, Math.Max(0.5 / job.Length, 0.0001));
            sum += (q - p) * Math.Log(q / p);
        }

        return sum;
    }

    private static double PlainKs<T>(T[] baseline, T[] job)
        where T : IComparable<T> =>
        baseline.Union(job).Max(x => Math.Abs((baseline.Count(v => v.CompareTo(x) <= 0) / (double)baseline.Length) - (job.Count(v => v.CompareTo(x) <= 0) / (double)job.Length)));

    private static (double[] P, double[] Q) Binned(int[] baseline, int[] job)
    {
        double[] edges = [.. Enumerable.Range(0, 14).Select(v => v - 0.5)];
        return (Shares([.. baseline.Select(v => (double)v)], edges), Shares([.. job.Select(v => (double)v)], edges));
    }

    private static double[] Shares(double[] values, double[] edges)
    {
        double[] bins = new double[edges.Length + 1];
        foreach (double value in values)
            bins[edges.Count(e => value >= e)] += 1.0 / values.Length;
        return bins;
    }
}
