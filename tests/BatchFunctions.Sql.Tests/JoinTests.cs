using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Views;
using CsCheck;

namespace BatchFunctions.Sql.Tests;

/// <summary>Two sources joined by key, against the same in plain code.</summary>
public sealed class JoinTests : IDisposable
{
    private readonly ViewPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Records_get_the_columns_of_the_second_source_in_their_own_order()
    {
        await GenSides.SampleAsync(
            async sides =>
            {
                SnapshotFile left = _place.Write("l.csv", "k,n\n" + string.Concat(sides.Left.Select((k, i) => $"{k},{i}\n")));
                SnapshotFile right = _place.Write("r.csv", "k,v,at\n" + string.Concat(sides.Right.Select((k, i) => $"{k},v{i},{i}\n")));
                var source = new SourceDefinition
                {
                    Path = "x",
                    Join = new JoinDefinition { Path = "y", On = ["k"], Kind = sides.Kind, LatestBy = new LatestByDefinition { Key = ["k"], Order = "at" }, Columns = ["v"] },
                };

                IReadOnlyList<string?[]> rows = await _place.RowsAsync(
                    source, new Dictionary<string, DataType> { ["at"] = DataType.Int64 }, _place.Csv("input", "k,n", left), _place.Csv("join", "k,v,at", right));

                var newest = sides.Right.Index().Where(r => r.Item is not null).GroupBy(r => r.Item!).ToDictionary(g => g.Key, g => $"v{g.Last().Index}");
                string?[][] expected =
                [
                    .. sides.Left.Index()
                        .Select(l => (string?[])[l.Item, $"{l.Index}", l.Item is null ? null : newest.GetValueOrDefault(l.Item)])
                        .Where(r => sides.Kind == JoinKind.Left || r[2] is not null),
                ];
                Assert.Equal(expected, rows);
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public async Task Newest_records_of_both_sources_are_joined_and_only_the_columns_asked_for_are_left()
    {
        SnapshotFile left = _place.Write("l.jsonl", "{\"id\":1,\"at\":1,\"x\":\"old\"}\n{\"id\":1,\"at\":2,\"x\":\"new\"}\n{\"id\":2,\"at\":1,\"x\":\"only\",\"late\":true}\n");
        SnapshotFile right = _place.WriteParquet("r.parquet", "SELECT * FROM (VALUES (1::INT, DATE '2026-01-01', 0.5), (1, DATE '2026-02-01', 1.5), (3, DATE '2026-01-01', 9)) t(id, day, balance)");

        IReadOnlyList<string?[]> rows = await _place.RowsAsync(
            new SourceDefinition
            {
                Path = "x",
                LatestBy = new LatestByDefinition { Key = ["id"], Order = "at" },
                Join = new JoinDefinition { Path = "y", On = ["id"], LatestBy = new LatestByDefinition { Key = ["id"], Order = "day", AsOf = "2026-01-15" } },
                Columns = ["balance", "x", "id", "late"],
            },
            null,
            _place.Json("input", left),
            _place.Parquet("join", right));

        Assert.Equal([["0.5", "new", "1", null], [null, "only", "2", "True"]], rows);
    }

    [Fact]
    public async Task A_second_source_with_several_records_of_a_key_is_refused()
    {
        ViewQueryException refusal = await _place.RefusalAsync(
            new SourceDefinition { Path = "x", Join = new JoinDefinition { Path = "y", On = ["id", "day"] } },
            null,
            _place.Parquet("input", _place.WriteParquet("l.parquet", "SELECT 1 AS id, DATE '2026-02-08' AS day")),
            _place.Parquet("join", _place.WriteParquet("r.parquet", "SELECT 1 AS id, DATE '2026-02-08' AS day, i AS x FROM range(3) r(i)")));

        Assert.Equal("source.join.on", refusal.Key);
        Assert.Contains("has 3 records of id, day = 1, 2026-02-08, so that records would be scored several times.", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id", null, null, "source.join.on", "'id' is BIGINT in", "never equal")]
    [InlineData("nr", null, null, "source.join.on", "join has no column 'nr'. It has id, name, balance.", "")]
    [InlineData("name", null, null, "source.join.columns", "both have 'id'. Name in source.join.columns those to add, without it", "")]
    [InlineData("name", "balanse", null, "source.join.columns", "has no column 'balanse' (did you mean 'balance'?)", "")]
    [InlineData("name", "balance", "regionn", "source.columns", "what is joined has no column 'regionn' (did you mean 'region'?)", "")]
    public async Task What_does_not_fit_the_columns_is_refused(string on, string? columns, string? wanted, string path, string message, string more)
    {
        ViewQueryException refusal = await _place.RefusalAsync(
            new SourceDefinition { Path = "x", Join = new JoinDefinition { Path = "y", On = [on], Columns = columns?.Split(',') }, Columns = wanted?.Split(',') },
            null,
            _place.Parquet("input", _place.WriteParquet("l.parquet", "SELECT 1::BIGINT AS id, 'a' AS name, 1 AS nr, 'north' AS region")),
            _place.Parquet("join", _place.WriteParquet("r.parquet", "SELECT '1' AS id, 'a' AS name, 2.5 AS balance")));

        Assert.Equal(path, refusal.Key);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(more, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_that_differ_by_case_alone_are_refused()
    {
        ViewQueryException refusal = await _place.RefusalAsync(
            new SourceDefinition { Path = "x", Join = new JoinDefinition { Path = "y", On = ["id"] } },
            null,
            _place.Csv("input", "id,Age", _place.Write("l.csv", "id,Age\n1,2\n")),
            _place.Csv("join", "id,age", _place.Write("r.csv", "id,age\n1,2\n")));

        Assert.Contains("both have 'age'", refusal.Message, StringComparison.Ordinal);
    }

    private static readonly Gen<string?> GenKey = Gen.Int[0, 5].Select(k => k == 0 ? null : $"k{k}");

    private static readonly Gen<(string?[] Left, string?[] Right, JoinKind Kind)> GenSides =
        Gen.Select(GenKey.Array[1, 12], GenKey.Array[1, 8], Gen.Bool.Select(b => b ? JoinKind.Inner : JoinKind.Left), (l, r, kind) => (l, r, kind));
}
