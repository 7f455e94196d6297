using System.Text;
using System.Text.Json;
using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Drift;
using BatchFunctions.Models;
using CsCheck;

namespace BatchFunctions.Tests.Metrics.Drift;

/// <summary>What drift is measured from is the same for any number and order of shards.</summary>
public sealed class DriftCountsTests
{
    private static readonly Histogram Numbers = new() { Edges = [0, 1, 2, 3], Counts = [1, 1, 1] };
    private static readonly Histogram Words = new() { Categories = ["a", "b"], Counts = [1, 1] };

    private static readonly Gen<ShardMetrics> Any =
        from bins in Gen.Long[0, 5].Array[5]
        from missing in Gen.Long[0, 9]
        from words in Gen.Int[0, 600].Array[0, 400]
        select Make(bins, missing, words);

    [Fact]
    public void Every_tree_of_merges_gives_the_same_json() =>
        Gen.Select(Any.Array[1, 10], Gen.Int[0, 1 << 20]).Sample(
            (shards, seed) =>
            {
                var inOrder = new ShardMetrics(ScoreScale.Unit);
                foreach (ShardMetrics shard in shards)
                    inOrder.Merge(Again(shard));

                var random = new Random(seed);
                List<ShardMetrics> rest = [.. shards.Select(Again)];
                while (rest.Count > 1)
                {
                    int i = random.Next(rest.Count);
                    ShardMetrics one = rest[i];
                    rest.RemoveAt(i);
                    rest[random.Next(rest.Count)].Merge(Again(one));
                }

                Assert.Equal(JsonSerializer.Serialize(inOrder), JsonSerializer.Serialize(rest[0]));
            },
            iter: 40);

    [Fact]
    public void Of_very_many_unknown_values_the_first_are_kept_with_exact_counts()
    {
        var values = new UnknownValues();
        for (int pass = 0; pass < 3; pass++)
            for (int i = 2_000; i > 0; i--)
                values.Add(Encoding.UTF8.GetBytes($"v{i:D4}"));

        Assert.Equal(Enumerable.Range(1, UnknownValues.MaxValues).Select(i => KeyValuePair.Create($"v{i:D4}", 3L)), values.ToDictionary());
    }

    [Fact]
    public void A_long_unknown_value_is_cut_between_characters()
    {
        var values = new UnknownValues();
        values.Add(Encoding.UTF8.GetBytes(new string('é', 40)));
        values.Add(Encoding.UTF8.GetBytes(new string('é', 41)));
        values.Add(Encoding.UTF8.GetBytes(new string('é', 32)));

        Assert.Equal(new Dictionary<string, long> { [new string('é', 30) + "…"] = 2, [new string('é', 32)] = 1 }, values.ToDictionary());
    }

    [Fact]
    public void Metrics_without_drift_take_that_of_others_and_leave_them_alone()
    {
        ShardMetrics none = new(ScoreScale.Unit), some = Make([1, 0, 0, 0, 0], 0, []);

        none.Merge(some);
        none.Merge(new ShardMetrics(ScoreScale.Unit));
        none.Merge(some);

        Assert.Equal(2, none.Drift!.Features[0].Bins[0]);
        Assert.Equal(1, some.Drift!.Features[0].Bins[0]);
    }

    [Fact]
    public void Drift_against_another_baseline_is_not_merged()
    {
        var other = new ShardMetrics(ScoreScale.Unit) { Drift = new DriftCounts([FeatureCounts.For(Words)], null) };

        Assert.Throws<ArgumentException>(() => Make([1, 0, 0, 0, 0], 0, []).Merge(other));
    }

    [Fact]
    public void Empty_bins_cost_one_number_in_json()
    {
        var features = new FeatureCounts[] { FeatureCounts.For(new Histogram { Edges = [.. Enumerable.Range(0, 101).Select(i => (double)i)], Counts = new double[100] }), FeatureCounts.For(Words) };
        features[0].Bins[3] = 7;
        features[1].Unknown!.Add("c", 2);
        features[1].Bins[2] = 2;
        var metrics = new ShardMetrics(ScoreScale.Unit) { Drift = new DriftCounts(features, null) };

        using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(metrics));

        Assert.Equal(
            """{"features":[{"bins":[-3,7,-98]},{"bins":[-2,2],"unknown":{"c":2}}]}""",
            json.RootElement.GetProperty("drift").GetRawText());
    }

    [Theory]
    [InlineData("[-3,7,-98]", "[0]")]
    [InlineData("[-3,7,-98]", "[-2000000]")]
    [InlineData("[-3,7,-98]", "[-9223372036854775808]")]
    [InlineData("\"missing\":1", "\"missing\":-1")]
    public void Json_that_cannot_be_is_refused(string from, string to)
    {
        const string Json = """{"features":[{"bins":[-3,7,-98],"missing":1}]}""";
        string text = JsonSerializer.Serialize(new ShardMetrics(ScoreScale.Unit));

        Assert.NotNull(JsonSerializer.Deserialize<ShardMetrics>(text[..^1] + $",\"drift\":{Json}}}")!.Drift);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ShardMetrics>(text[..^1] + $",\"drift\":{Json.Replace(from, to, StringComparison.Ordinal)}}}"));
    }

    private static ShardMetrics Again(ShardMetrics metrics) => JsonSerializer.Deserialize<ShardMetrics>(JsonSerializer.Serialize(metrics))!;

    private static ShardMetrics Make(long[] bins, long missing, int[] words)
    {
        FeatureCounts numbers = FeatureCounts.For(Numbers), text = FeatureCounts.For(Words), score = FeatureCounts.For(Numbers);
        bins.CopyTo(numbers.Bins, 0);
        bins.CopyTo(score.Bins, 0);
        numbers.Missing = missing;
        foreach (int word in words)
        {
            text.Bins[2]++;
            text.Unknown!.Add($"w{word}", 1);
        }

        return new ShardMetrics(ScoreScale.Unit) { Drift = new DriftCounts([numbers, text], score) };
    }
}
