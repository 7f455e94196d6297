using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Views;
using CsCheck;

namespace BatchFunctions.Sql.Tests;

/// <summary>The newest record per key, against the same in plain code.</summary>
public sealed class LatestByTests : IDisposable
{
    private static readonly Dictionary<string, DataType> Types = new() { ["at"] = DataType.Int64 };

    private readonly ViewPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task The_newest_record_of_each_key_is_kept_in_the_inputs_order()
    {
        await GenRows.SampleAsync(
            async files =>
            {
                SnapshotFile[] written = [.. files.Rows.Select((rows, i) => _place.Write($"day={i}/a.csv", Csv(rows)))];
                var source = new SourceDefinition { Path = "x", LatestBy = new LatestByDefinition { Key = files.Keys, Order = "at", AsOf = files.AsOf?.ToString(CultureInfo.InvariantCulture) } };

                IReadOnlyList<string?[]> rows = await _place.RowsAsync(source, Types, _place.Csv("input", "k,l,at,n", written));

                Row[] all = [.. files.Rows.SelectMany(r => r)];
                Assert.Equal(Newest(all, files.Keys.Length, files.AsOf).Select(r => r.Number), rows.Select(r => int.Parse(r[3]!, CultureInfo.InvariantCulture)));
                Assert.All(rows, r => Assert.Equal(files.Rows.Index().First(f => f.Item.Any(x => x.Number == int.Parse(r[3]!, CultureInfo.InvariantCulture))).Index.ToString(CultureInfo.InvariantCulture), r[4]));
            },
            iter: 60,
            threads: 1);
    }

    [Theory]
    [InlineData("TIMESTAMP '2026-02-08 23:59:59.999999'", "2026-02-08", true)]
    [InlineData("TIMESTAMP '2026-02-09 00:00:00'", "2026-02-08", false)]
    [InlineData("TIMESTAMPTZ '2026-02-09 00:30:00+01'", "2026-02-08", true)]
    [InlineData("DATE '2026-02-08'", "2026-02-08", true)]
    [InlineData("DATE '2026-02-09'", "2026-02-08", false)]
    [InlineData("TIMESTAMP '2026-02-08 10:00:00'", "2026-02-08T10:00:00Z", true)]
    [InlineData("TIMESTAMP '2026-02-08 10:00:00.000001'", "2026-02-08T10:00:00Z", false)]
    [InlineData("TIMESTAMP '2026-02-08 08:00:00'", "2026-02-08T10:00:00+02:00", true)]
    [InlineData("DATE '2026-02-08'", "2026-02-08T10:00:00Z", true)]
    [InlineData("17::BIGINT", "17", true)]
    [InlineData("17.5::DOUBLE", "17", false)]
    [InlineData("17.5::DECIMAL(9, 2)", "17.5", true)]
    [InlineData("NULL::TIMESTAMP", "2026-02-08", false)]
    [InlineData("'NaN'::DOUBLE", "17", false)]
    public async Task What_was_not_known_then_is_left_out(string order, string asOf, bool isKnown)
    {
        SnapshotFile file = _place.WriteParquet("a.parquet", $"SELECT 1 AS k, {order} AS at");

        IReadOnlyList<string?[]> rows = await _place.RowsAsync(
            new SourceDefinition { Path = "x", LatestBy = new LatestByDefinition { Key = ["k"], Order = "at", AsOf = asOf } }, null, _place.Parquet("input", file));

        Assert.Equal(isKnown ? 1 : 0, rows.Count);
    }

    [Fact]
    public async Task Not_a_number_is_older_than_any_number_and_text_is_compared_as_what_the_pipeline_says()
    {
        SnapshotFile numbers = _place.WriteParquet("a.parquet", "SELECT * FROM (VALUES (1, 'NaN'::DOUBLE, 'a'), (1, -5, 'b'), (1, NULL, 'c')) t(k, \"at\", n)");
        SnapshotFile texts = _place.Write("b.csv", "k,at,n\n1,9,a\n1,10,b\n1,x,c\n");
        SnapshotFile times = _place.Write("c.csv", "k,at,n\n1,2026-02-08T10:00:00+02:00,a\n1,2026-02-08 09:00:00,b\n");
        var latest = new SourceDefinition { Path = "x", LatestBy = new LatestByDefinition { Key = ["k"], Order = "at" } };

        Assert.Equal("b", (await _place.RowsAsync(latest, null, _place.Parquet("input", numbers)))[0][2]);
        Assert.Equal("x", (await _place.RowsAsync(latest, null, _place.Csv("input", "k,at,n", texts)))[0][1]);
        Assert.Equal("b", (await _place.RowsAsync(latest, Types, _place.Csv("input", "k,at,n", texts)))[0][2]);
        Assert.Equal("b", (await _place.RowsAsync(latest, new Dictionary<string, DataType> { ["at"] = DataType.Timestamp }, _place.Csv("input", "k,at,n", times)))[0][2]);
    }

    [Fact]
    public async Task Many_records_in_many_row_groups_keep_their_order_on_several_threads_within_little_memory()
    {
        _place.Options = _place.Options with { Memory = 96 << 20, Threads = 4 };
        SnapshotFile file = _place.WriteParquet(
            "a.parquet", "SELECT (hash(i) % 60000)::BIGINT AS k, (hash(i * 7) % 1000)::INT AS at, i AS n, repeat(md5(i::VARCHAR), 4) AS t FROM range(300000) r(i)");

        await _place.MakeAsync(
            new SourceDefinition { Path = "x", LatestBy = new LatestByDefinition { Key = ["k"], Order = "at" } }, null, _place.Parquet("input", file));

        string expected = $"SELECT n, t FROM (SELECT * FROM '{_place.PathOf("a.parquet")}' QUALIFY row_number() OVER (PARTITION BY k ORDER BY \"at\" DESC, n DESC) = 1) ORDER BY n";
        Assert.Equal(
            TestSupport.DuckDb.Query(expected, r => (r.GetInt64(0), r.GetString(1))),
            TestSupport.DuckDb.Query($"SELECT n, t FROM '{_place.PathOf("view.parquet")}'", r => (r.GetInt64(0), r.GetString(1))));
        Assert.Empty(Directory.GetDirectories(_place.Options.Folder));
    }

    [Theory]
    [InlineData("customer", "at", null, "source.latest_by.key", "has no column 'customer' (did you mean 'customer_id'?). It has customer_id, at, tags.")]
    [InlineData("customer_id", "when", null, "source.latest_by.order", "has no column 'when'. It has")]
    [InlineData("customer_id", "tags", null, "source.latest_by.order", "'tags' of")]
    [InlineData("customer_id", "at", "17", "source.latest_by.as_of", "'17' cannot be compared with 'at', which is TIMESTAMP. Write a day or a time")]
    [InlineData("customer_id", "customer_id", "2026-02-08", "source.latest_by.as_of", "'customer_id', which is text. Say what it is, as in validation.columns.customer_id.type: timestamp.")]
    public async Task What_does_not_fit_the_columns_is_refused(string key, string order, string? asOf, string path, string message)
    {
        SnapshotFile file = _place.WriteParquet("a.parquet", "SELECT 'a' AS customer_id, TIMESTAMP '2026-02-08' AS at, [1, 2] AS tags");

        ViewQueryException refusal = await _place.RefusalAsync(
            new SourceDefinition { Path = "x", LatestBy = new LatestByDefinition { Key = [key], Order = order, AsOf = asOf } }, null, _place.Parquet("input", file));

        Assert.Equal(path, refusal.Key);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    private static readonly Gen<Row> GenRow = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[-1, 4], (k, l, at) => new Row(k == 0 ? null : $"k{k}", l == 0 ? null : $"l{l}", at < 0 ? null : at, 0));

    private static readonly Gen<(Row[][] Rows, string[] Keys, long? AsOf)> GenRows = Gen.Select(
        GenRow.Array[1, 12].Array[1, 3], Gen.Bool, Gen.Int[-1, 5], (files, two, asOf) => (Number(files), two ? (string[])["k", "l"] : ["k"], asOf < 0 ? null : (long?)asOf));

    private static Row[][] Number(Row[][] files)
    {
        int next = 0;
        return [.. files.Select(f => f.Select(r => r with { Number = next++ }).ToArray())];
    }

    private static string Csv(Row[] rows) => "k,l,at,n\n" + string.Concat(rows.Select(r => FormattableString.Invariant($"{r.Key},{r.Second},{r.At},{r.Number}\n")));

    private static IEnumerable<Row> Newest(Row[] rows, int keys, long? asOf)
    {
        var kept = new Dictionary<string, Row>();
        foreach (Row row in rows.Where(r => asOf is null || r.At <= asOf))
        {
            bool isAlone = row.Key is null || (keys == 2 && row.Second is null);
            string key = isAlone ? $"alone {row.Number}" : keys == 2 ? $"{row.Key} {row.Second}" : row.Key!;
            if (!kept.TryGetValue(key, out Row? before) || (row.At ?? long.MinValue) >= (before.At ?? long.MinValue))
                kept[key] = row;
        }

        return kept.Values.OrderBy(r => r.Number);
    }

    private sealed record Row(string? Key, string? Second, long? At, int Number);
}
