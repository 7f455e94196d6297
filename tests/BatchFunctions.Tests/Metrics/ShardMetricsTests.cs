using System.Text.Json;
using BatchFunctions.Metrics;
using CsCheck;

namespace BatchFunctions.Tests.Metrics;

public sealed class ShardMetricsTests
{
    private static readonly string[] Classes = ["0", "1"];
    private static readonly string[] Bands = ["low", "medium", "high"];

    private static readonly Gen<ShardMetrics> Any =
        from scores in Gen.Float[0, 1].Array[0, 300]
        from rejects in Gen.Select(Gen.OneOf("missing", "wrong_type", "ragged"), Gen.OneOf<string?>("age", "income", null)).Array[0, 20]
        select Make(scores, rejects);

    [Fact]
    public void Totals_add_up()
    {
        ShardMetrics metrics = Make([0.1f, 0.9f, 0.95f], [("missing", "age"), ("missing", "age"), ("ragged", null)]);

        Assert.Equal((6, 3, 3), (metrics.Records, metrics.Scored, metrics.Failed));
        Assert.Equal(2, metrics.Rejects.ByCode["missing"]);
        Assert.Equal([new RejectCount("missing", "age", 2), new RejectCount("ragged", null, 1)], metrics.Rejects.ByColumn());
        Assert.Equal(new Dictionary<string, long> { ["0"] = 1, ["1"] = 2 }, metrics.Classes.Counts);
        Assert.Equal(new Dictionary<string, long> { ["low"] = 1, ["medium"] = 0, ["high"] = 2 }, metrics.Bands.Counts);
    }

    [Fact]
    public void Every_tree_of_merges_gives_the_same_json() =>
        Gen.Select(Any.Array[1, 12], Gen.Int[0, 1 << 20]).Sample(
            (shards, seed) =>
            {
                var inOrder = new ShardMetrics(ScoreScale.Unit);
                foreach (ShardMetrics shard in shards)
                    inOrder.Merge(shard);

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
    public void Json_is_snake_case_and_small()
    {
        string json = JsonSerializer.Serialize(Make([0.5f], [("missing", "age")]));

        Assert.Equal(
            """{"records":2,"failed":1,"rejects":[{"code":"missing","column":"age","records":1}],"scores":{"scale":"unit","count":1,"sum":"0x1p-1","sum_of_squares":"0x1p-2","min":0.5,"max":0.5,"histogram":[[50,1]]},"classes":{"0":0,"1":1},"bands":{"high":0,"low":0,"medium":1},"spent_ticks":15000000}""",
            json);
    }

    [Theory]
    [InlineData("\"records\":2", "\"records\":0")]
    [InlineData("\"failed\":1", "\"failed\":2")]
    [InlineData("0x1p-1\"", "half\"")]
    [InlineData("[50,1]", "[100,1]")]
    [InlineData("[50,1]", "[50]")]
    [InlineData("\"unit\"", "\"percent\"")]
    public void Json_that_cannot_be_is_refused(string from, string to)
    {
        string json = JsonSerializer.Serialize(Make([0.5f], [("missing", "age")])).Replace(from, to, StringComparison.Ordinal);

        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ShardMetrics>(json));
    }

    [Fact]
    public void Of_very_many_columns_the_same_are_named_in_any_order()
    {
        string[] columns = [.. Enumerable.Range(0, 2500).Select(i => $"c{i:D4}")];
        RejectCounts up = new(), down = new(), merged = new();
        foreach (string column in columns)
            up.Add("missing", column);
        foreach (string column in columns.Reverse())
            down.Add("missing", column);
        foreach (string[] some in columns.Chunk(700).Reverse())
        {
            var part = new RejectCounts();
            foreach (string column in some)
                part.Add("missing", column);
            merged.Merge(part);
        }

        Assert.Equal(1001, up.ByColumn().Count());
        Assert.Equal(new RejectCount("missing", null, 1500), up.ByColumn().Last());
        Assert.Equal(up.ByColumn(), down.ByColumn());
        Assert.Equal(up.ByColumn(), merged.ByColumn());
        Assert.Equal(2500, merged.Total);
    }

    private static ShardMetrics Again(ShardMetrics metrics) => JsonSerializer.Deserialize<ShardMetrics>(JsonSerializer.Serialize(metrics))!;

    private static ShardMetrics Make(float[] scores, (string Code, string? Column)[] rejects)
    {
        var metrics = new ShardMetrics(ScoreScale.Unit);
        metrics.AddRecords(scores.Length + rejects.Length);
        metrics.Scores.Add(scores);
        metrics.Classes.Add(scores.Select(s => s >= 0.5f ? 1 : 0).ToArray(), Classes);
        metrics.Bands.Add(scores.Select(s => s < 0.3f ? 0 : s < 0.7f ? 1 : 2).ToArray(), Bands);
        foreach ((string code, string? column) in rejects)
            metrics.Rejects.Add(code, column);
        metrics.AddTime(TimeSpan.FromSeconds(1.5));
        return metrics;
    }
}
