using BatchFunctions.Metrics.Drift;
using BatchFunctions.Models;
using BatchFunctions.Monitoring;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Tests.Monitoring;

public sealed class DriftEvaluatorTests
{
    private static readonly DriftLimits Every = new() { Psi = 0.2, Ks = 0.15, Js = 0.1, MissingRate = 0.03, UnseenRate = 0.01 };
    private static readonly Histogram Ages = new() { Edges = [0, 25, 50, 75, 100], Counts = [2500, 2500, 2500, 2500], Missing = 100 };
    private static readonly Histogram Regions = new() { Categories = ["north", "south"], Counts = [6000, 4000] };

    [Fact]
    public void The_same_distribution_raises_nothing()
    {
        (FeatureDrift drift, List<Alarm> alarms) = Evaluate(Ages, [0, 250, 250, 250, 250, 0], missing: 10);

        Assert.Empty(alarms);
        Assert.False(drift.Drifted);
        Assert.Equal((1010, 0, 0, 0), (drift.Records, drift.Psi, drift.Ks, drift.Js));
        Assert.Equal(0.25, drift.KsError);
        Assert.Equal(drift.BaselineMissingRate, drift.MissingRate, 1e-12);
        Assert.Equal(("number", 100.0 / 10_100), (drift.Kind, drift.BaselineMissingRate));
    }

    [Fact]
    public void A_shift_is_in_every_measure_and_raises_those_with_limits()
    {
        (FeatureDrift drift, List<Alarm> alarms) = Evaluate(Ages, [0, 700, 100, 100, 100, 0]);

        Assert.Equal(0.45 * Math.Log(0.7 / 0.25) + (3 * -0.15 * Math.Log(0.1 / 0.25)), drift.Psi!.Value, 1e-12);
        Assert.Equal(0.45, drift.Ks!.Value, 1e-12);
        Assert.True(drift.Drifted);
        Assert.Equal(["psi", "ks", "js"], alarms.Select(a => a.Measure));
        Assert.All(alarms, a => Assert.Equal((AlarmKind.Drift, "age"), (a.Kind, a.Feature)));
        Assert.Equal((drift.Psi, 0.2), (alarms[0].Value, alarms[0].Limit));
        Assert.Equal("The population stability index of 'age' is 0.8757; 0.2 is allowed.", alarms[0].Message);
        Assert.Empty(Evaluate(Ages, [0, 700, 100, 100, 100, 0], limits: new DriftLimits()).Alarms);
    }

    [Fact]
    public void What_chance_explains_raises_nothing_however_small_the_limit()
    {
        (FeatureDrift drift, List<Alarm> alarms) = Evaluate(Ages, [0, 7, 1, 3, 3, 0], limits: new DriftLimits { Psi = 0.01, Ks = 0.01, Js = 0.0001 });

        Assert.True(drift.Psi > 0.2);
        Assert.True(drift.Chance.Psi > drift.Psi);
        Assert.Empty(alarms);
    }

    [Theory]
    [InlineData(800, "rose from 0.99 % to 8 %")]
    [InlineData(0, null)]
    public void The_share_of_missing_values_raises_an_alarm_when_it_changes(int missing, string? words)
    {
        long rest = (10_000 - missing) / 4;
        (_, List<Alarm> alarms) = Evaluate(Ages, [0, rest, rest, rest, rest, 0], missing: missing);

        Assert.Equal(words is null ? 0 : 1, alarms.Count);
        if (words is not null)
            Assert.Equal($"The share of missing values of 'age' {words}; a change of 3 % is allowed.", alarms[0].Message);
    }

    [Fact]
    public void A_fall_of_missing_values_is_a_change_too()
    {
        (_, List<Alarm> alarms) = Evaluate(Ages with { Missing = 10_000 }, [0, 2_500, 2_500, 2_500, 2_500, 0], missing: 0);

        Assert.Equal(("missing_rate", -0.5), (alarms.Single().Measure, alarms.Single().Value));
        Assert.Contains("fell from 50 % to 0 %", alarms[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_beyond_the_edges_are_unseen_and_belong_to_the_outer_bins()
    {
        (FeatureDrift drift, List<Alarm> alarms) = Evaluate(Ages, [100, 150, 250, 250, 50, 200]);

        Assert.Equal((100, 200, 0, 0.3), (drift.Below, drift.Above, drift.Unseen, drift.UnseenRate));
        Assert.Equal((0, 0), (drift.Psi, drift.Js));
        Assert.Equal(0.2, drift.Ks!.Value, 1e-12);
        Assert.Equal("30 % of the values of 'age' are outside 0 to 100, 0 % in the baseline; a rise of 1 % is allowed.", alarms[^1].Message);
    }

    [Fact]
    public void Unseen_categories_are_named_the_most_frequent_first()
    {
        FeatureCounts counts = FeatureCounts.For(Regions);
        new long[] { 500, 400, 100 }.CopyTo(counts.Bins, 0);
        foreach ((string value, long count) in new[] { ("east", 20L), ("west", 70L), ("up", 9L), ("down", 1L) })
            counts.Unknown!.Add(value, count);
        List<Alarm> alarms = [];

        FeatureDrift drift = DriftEvaluator.Evaluate(PlanOf(Regions, Every), new DriftCounts([counts], null), alarms).Features[0];

        Assert.Equal(["west", "east", "up", "down"], drift.UnseenValues.Keys);
        Assert.Equal((100, 0.1, null), (drift.Unseen, drift.UnseenRate, drift.Ks));
        Assert.Equal("10 % of the values of 'age' are none of the baseline's categories ('west', 'east', 'up', …), 0 % in the baseline; a rise of 1 % is allowed.", alarms.Single(a => a.Measure == "unseen_rate").Message);
    }

    [Fact]
    public void Values_that_the_baseline_counts_as_others_are_expected()
    {
        FeatureCounts counts = FeatureCounts.For(Regions);
        new long[] { 540, 360, 100 }.CopyTo(counts.Bins, 0);
        List<Alarm> alarms = [];

        FeatureDrift drift = DriftEvaluator.Evaluate(PlanOf(Regions with { Other = 10_000 / 9.0 }, Every), new DriftCounts([counts], null), alarms).Features[0];

        Assert.Empty(alarms);
        Assert.Equal(0, drift.Psi!.Value, 1e-12);
        Assert.Equal(drift.UnseenRate, drift.BaselineUnseenRate, 1e-12);
    }

    [Fact]
    public void A_baseline_may_be_given_as_shares()
    {
        var shares = new Histogram { Edges = Ages.Edges, Counts = [0.2475, 0.2475, 0.2475, 0.2475], Missing = 0.01 };
        long[] bins = [0, 700, 100, 100, 100, 0];

        (FeatureDrift byCounts, _) = Evaluate(Ages, bins);
        (FeatureDrift byShares, List<Alarm> alarms) = Evaluate(shares, bins, records: null);

        Assert.Equal(byCounts.Psi!.Value, byShares.Psi!.Value, 1e-12);
        Assert.Equal(0.01, byShares.BaselineMissingRate, 1e-12);
        Assert.True(byShares.Chance.Psi < byCounts.Chance.Psi);
        Assert.NotEmpty(alarms);
    }

    [Fact]
    public void Without_a_value_there_is_no_distribution_to_compare()
    {
        (FeatureDrift drift, List<Alarm> alarms) = Evaluate(Ages, [0, 0, 0, 0, 0, 0], missing: 500);

        Assert.Equal((null, null, null, null), (drift.Psi, drift.Ks, drift.KsError, drift.Js));
        Assert.Equal("missing_rate", Assert.Single(alarms).Measure);
    }

    [Fact]
    public void Without_a_record_nothing_is_wrong()
    {
        (FeatureDrift drift, List<Alarm> alarms) = Evaluate(Ages, [0, 0, 0, 0, 0, 0]);

        Assert.Empty(alarms);
        Assert.Equal((0, 0.0), (drift.Records, drift.MissingRate));
    }

    private static (FeatureDrift Drift, List<Alarm> Alarms) Evaluate(Histogram histogram, long[] bins, long missing = 0, DriftLimits? limits = null, long? records = 10_100)
    {
        FeatureCounts counts = FeatureCounts.For(histogram);
        bins.CopyTo(counts.Bins, 0);
        counts.Missing = missing;
        List<Alarm> alarms = [];
        DriftSummary summary = DriftEvaluator.Evaluate(PlanOf(histogram, limits ?? Every) with { Records = records }, new DriftCounts([counts], null), alarms);
        return (summary.Features[0], alarms);
    }

    private static DriftPlan PlanOf(Histogram histogram, DriftLimits limits) =>
        new() { Source = "churn@1", Records = 10_100, Features = [new DriftFeature("age", histogram, limits)] };
}
