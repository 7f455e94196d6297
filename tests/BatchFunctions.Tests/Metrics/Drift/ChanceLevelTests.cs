using BatchFunctions.Metrics.Drift;

namespace BatchFunctions.Tests.Metrics.Drift;

/// <summary>Two samples of one distribution hardly ever exceed what chance is said to explain; different ones do.</summary>
public sealed class ChanceLevelTests
{
    private const int Trials = 1_000;

    [Theory]
    [InlineData(10, 5_000, 50)]
    [InlineData(10, 5_000, 1_000)]
    [InlineData(20, 500, 500)]
    [InlineData(100, 5_000, 2_000)]
    public void Samples_of_one_distribution_stay_below(int bins, int baseline, int job)
    {
        var random = new Random(bins + job);
        int psi = 0, js = 0, ks = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            double[] p = Sample(random, bins, baseline), q = Sample(random, bins, job);
            double size = (1.0 / baseline) + (1.0 / job);
            psi += DriftMeasures.Psi(p, q, baseline, job) > ChanceLevel.Psi(bins, size) ? 1 : 0;
            js += DriftMeasures.JensenShannon(p, q) > ChanceLevel.JensenShannon(bins, size) ? 1 : 0;
            ks += DriftMeasures.KolmogorovSmirnov(p, q).Distance > ChanceLevel.KolmogorovSmirnov(size) ? 1 : 0;
        }

        // Once in ten thousand by the asymptotic distributions; small samples of many bins are further from these.
        Assert.InRange(psi, 0, Trials / 250);
        Assert.InRange(js, 0, Trials / 250);
        Assert.InRange(ks, 0, Trials / 250);
    }

    [Theory]
    [InlineData(0.002, 100_000, 1_000)]
    [InlineData(0.1, 100_000, 200)]
    [InlineData(0.5, 2_000, 2_000)]
    public void Rates_of_one_distribution_stay_below(double rate, int baseline, int job)
    {
        var random = new Random(job);
        int above = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            double p = Hits(random, rate, baseline / 20) / (baseline / 20.0), q = Hits(random, rate, job / 20 * 20) / (double)(job / 20 * 20);
            above += Math.Abs(q - p) > ChanceLevel.Rate(p, q, baseline / 20.0, job) ? 1 : 0;
        }

        Assert.InRange(above, 0, Trials / 250);
    }

    [Fact]
    public void A_shift_is_above_already_in_a_thousand_records()
    {
        var random = new Random(1);
        double[] p = [.. Enumerable.Repeat(0.1, 10)];
        double[] q = Sample(random, 10, 1_000, shift: 2);
        double size = (1.0 / 60_000) + (1.0 / 1_000);

        Assert.True(DriftMeasures.Psi(p, q, 60_000, 1_000) > ChanceLevel.Psi(10, size));
        Assert.True(DriftMeasures.KolmogorovSmirnov(p, q).Distance > ChanceLevel.KolmogorovSmirnov(size));
    }

    [Fact]
    public void A_category_that_was_never_seen_is_above_in_ten_records() =>
        Assert.True(0.1 > ChanceLevel.Rate(0, 0.1, 60_000, 10));

    [Fact]
    public void One_bin_leaves_nothing_to_chance() => Assert.Equal(0, ChanceLevel.Psi(1, 0.1));

    private static double[] Sample(Random random, int bins, int records, int shift = 0)
    {
        double[] shares = new double[bins];
        for (int i = 0; i < records; i++)
            shares[Math.Min(bins - 1, random.Next(bins) + (shift > 0 ? random.Next(shift + 1) : 0))] += 1.0 / records;
        return shares;
    }

    private static int Hits(Random random, double rate, int records)
    {
        int hits = 0;
        for (int i = 0; i < records; i++)
            hits += random.NextDouble() < rate ? 1 : 0;
        return hits;
    }
}
