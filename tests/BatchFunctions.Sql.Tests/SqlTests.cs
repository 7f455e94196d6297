using System.Globalization;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Views;
using CsCheck;

namespace BatchFunctions.Sql.Tests;

/// <summary>Queries of people: what they give, and what they may not do.</summary>
public sealed class SqlTests : IDisposable
{
    private readonly ViewPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_query_over_two_sources_gives_what_plain_code_gives()
    {
        await Gen.Int[0, 5].Array[1, 20].SampleAsync(
            async orders =>
            {
                SnapshotFile customers = _place.Write("c.csv", "id\n" + string.Concat(Enumerable.Range(0, 6).Select(i => $"{i}\n")));
                SnapshotFile file = _place.Write("o.jsonl", string.Concat(orders.Select((id, i) => $"{{\"customer\":{id},\"amount\":{i}}}\n")));

                IReadOnlyList<string?[]> rows = await _place.RowsAsync(
                    Sql("SELECT id, count(amount) AS orders, sum(amount)::BIGINT AS amount FROM input LEFT JOIN orders ON customer = id::BIGINT GROUP BY id ORDER BY id DESC;"),
                    null,
                    _place.Csv("input", "id", customers),
                    _place.Json("orders", file));

                string?[][] expected =
                [
                    .. Enumerable.Range(0, 6).Reverse().Select(id => orders.Index().Where(o => o.Item == id).Select(o => o.Index).ToArray() is { Length: > 0 } own
                        ? (string?[])[$"{id}", $"{own.Length}", own.Sum().ToString(CultureInfo.InvariantCulture)]
                        : [$"{id}", "0", null]),
                ];
                Assert.Equal(expected, rows);
            },
            iter: 30,
            threads: 1);
    }

    [Theory]
    [InlineData("SELEC 1", 0, "syntax error at or near \"SELEC\"")]
    [InlineData("SELECT nme FROM input", 7, "Referenced column \"nme\" not found in FROM clause!\nCandidate bindings: \"name\"")]
    [InlineData("SELECT * FROM orders", 14, "Table with name orders does not exist!")]
    [InlineData("SELECT id FROM input a JOIN input b USING (name)", 7, "Ambiguous reference to column name \"id\"")]
    [InlineData("SELECT a.id, b.id FROM input a JOIN input b USING (name)", 0, "the result has 'id' and 'id', which cannot be told apart. Name one of them otherwise")]
    [InlineData("SELECT id, name AS ID FROM input", 0, "has 'id' and 'ID'")]
    [InlineData("SELECT 1; SELECT 2", 0, "it has several statements")]
    [InlineData("COPY input TO 'x'", 0, "it is no SELECT")]
    [InlineData("ATTACH 'x.db'", 0, "it is no SELECT")]
    [InlineData("INSTALL httpfs", 0, "it is no SELECT")]
    [InlineData("SET memory_limit = '1TB'", 0, "it is no SELECT")]
    [InlineData("CREATE TABLE x AS SELECT 1", 0, "it is no SELECT")]
    [InlineData("SELECT 1) TO 'x' (FORMAT csv); COPY (SELECT 1", 8, "syntax error")]
    [InlineData("SELECT * FROM input, read_csv('/etc/passwd')", 21, "read_csv(…) cannot be called here")]
    [InlineData("WITH a AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM input, a", 25, "read_text(…) cannot be called here")]
    [InlineData("SELECT (SELECT count(*) FROM glob('/*')) FROM input", 29, "glob(…) cannot be called here")]
    [InlineData("SELECT * FROM query('SELECT 1')", 14, "query(…) cannot be called here")]
    [InlineData("SELECT * FROM duckdb_settings()", 14, "duckdb_settings(…) cannot be called here")]
    [InlineData("SELECT * FROM '/etc/passwd.csv'", 0, "file system operations are disabled")]
    [InlineData("SELECT * FROM 'https://example.org/x.parquet'", 0, "")]
    public async Task What_is_wrong_or_reaches_elsewhere_is_refused(string sql, int at, string message)
    {
        ViewQueryException refusal = await _place.RefusalAsync(Sql(sql), null, Names());

        Assert.Equal(("source.sql", at), (refusal.Key, refusal.At));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_on_a_record_is_told()
    {
        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(() => _place.MakeAsync(Sql("SELECT name::INT AS n FROM input"), null, Names()));

        Assert.Equal(ErrorKind.Request, failure.Kind);
        Assert.Contains("Could not convert string 'a' to INT32", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_no_record_is_told_with_its_file_and_nothing_is_left_out_in_silence()
    {
        SnapshotFile file = _place.Write("a.csv", "id,name\n1,a\n2\n3,c\n");

        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(
            () => _place.MakeAsync(new SourceDefinition { Path = "x", Columns = ["id"] }, null, _place.Csv("input", "id,name", file)));

        Assert.Equal(ErrorKind.Request, failure.Kind);
        Assert.Contains("CSV Error on Line: 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("a.csv", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_into_memory_and_folder_says_how_to_give_more()
    {
        _place.Options = _place.Options with { Memory = 64 << 20 };

        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(
            () => _place.MakeAsync(Sql("SELECT list(i) AS l FROM range(100000000) r(i)"), null, Names()));

        Assert.Equal(ErrorKind.Environment, failure.Kind);
        Assert.Contains("BATCHFN_SQL_MEMORY", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_place.Options.Folder));
    }

    [Fact]
    public async Task A_query_that_is_cancelled_ends()
    {
        using var stop = new CancellationTokenSource();
        var query = new ViewQuery { Source = Sql("SELECT count(*) FROM range(10000000000) a(i), range(1000) b(j) WHERE i * j % 7 = 3"), Inputs = [Names()], Types = new Dictionary<string, Data.DataType>(), RowGroupRows = 2048 };

        Task work = new SqlViewEngine(_place.Options).WriteAsync(query, Stream.Null, stop.Token);
        while (!Directory.Exists(_place.Options.Folder) || Directory.GetDirectories(_place.Options.Folder).Length == 0)
            await Task.Yield();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        Assert.Empty(Directory.GetDirectories(_place.Options.Folder));
    }

    [Fact]
    public async Task The_folder_that_a_killed_process_left_is_removed_and_that_of_one_at_work_is_not()
    {
        string left = Path.Combine(_place.Options.Folder, "batchfn-sql-left"), used = Path.Combine(_place.Options.Folder, "batchfn-sql-used");
        foreach (string folder in (string[])[left, used])
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "lock"), "", TestContext.Current.CancellationToken);
        }

        using (new FileStream(Path.Combine(used, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            await _place.MakeAsync(Sql("SELECT * FROM input"), null, Names());

        Assert.Equal([used], Directory.GetDirectories(_place.Options.Folder));
    }

    [Theory]
    [InlineData("BATCHFN_SQL_MEMORY", "much", "a number of bytes such as 512MiB")]
    [InlineData("BATCHFN_SQL_MEMORY", "1MiB", "at least 64MiB")]
    [InlineData("BATCHFN_SQL_THREADS", "0", "a number from 1 to 1024")]
    [InlineData("BATCHFN_SQL_FOLDER", "spill", "the full path of a folder")]
    public void Settings_that_are_wrong_are_told(string variable, string value, string message)
    {
        var failure = Assert.Throws<BatchFunctionsException>(() => SqlOptions.Read(name => name == variable ? value : null));

        Assert.Contains($"{variable} is '{value}', but must be", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_are_read_from_variables()
    {
        var options = SqlOptions.Read(name => name switch { "BATCHFN_SQL_MEMORY" => "2GiB", "BATCHFN_SQL_THREADS" => "3", "BATCHFN_SQL_FOLDER" => "/spill", _ => null });

        Assert.Equal(new SqlOptions { Memory = 2L << 30, Threads = 3, Folder = "/spill" }, options);
    }

    private static SourceDefinition Sql(string sql) => new() { Path = "x", Sql = sql };

    private ViewInput Names() => _place.Parquet("input", _place.WriteParquet("names.parquet", "SELECT 1 AS id, 'a' AS name"));
}
