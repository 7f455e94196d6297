using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Cli.Tests;

/// <summary>Jobs that score a view of their sources: the newest records, two sources joined, a query.</summary>
public sealed class ViewJobTests(AzuriteFixture azurite) : IDisposable
{
    private const int Rows = 3_000;
    private const string Latest = "id: user_id, latest_by: { key: user_id, order: day, as_of: \"{date}\" }";

    private readonly Batchfn _batchfn = new();

    public void Dispose() => _batchfn.Dispose();

    [Fact]
    public async Task A_view_of_all_columns_gives_the_predictions_and_the_rejects_of_the_files_themselves()
    {
        await PrepareAsync(Rows);
        string columns = (await File.ReadAllLinesAsync(Directory.GetFiles(_batchfn.PathOf("customers"))[0], Stop))[0];
        Pipeline($"path: customers/*.csv, id: user_id, columns: [{columns}]");
        JsonElement view = await RunAsync("view");
        Pipeline("path: customers/*.csv, id: user_id");
        JsonElement plain = await RunAsync("plain");

        Assert.Equal(Scores(plain), Scores(view));
        Assert.True(Rejects(plain).Count > 0);
        Assert.Equal(Rejects(plain), Rejects(view));
        Assert.Equal(plain.GetProperty("recordsFailed").GetInt64(), view.GetProperty("recordsFailed").GetInt64());
    }

    [Fact]
    public async Task The_newest_records_with_the_columns_of_a_second_source_are_scored_by_what_was_known_then()
    {
        await PrepareDaysAsync();
        DuckDb.Execute($"COPY (SELECT i AS user_id, i / 2 AS balance, 'x' AS region FROM range(1, {Rows}) r(i)) TO '{_batchfn.PathOf("accounts.parquet")}' (FORMAT parquet)");
        Pipeline(
            "path: days/**/*.csv, filter: \"region != 'west'\", join: { path: accounts.parquet, on: user_id, columns: [balance] }, " + Latest,
            "user_id: { type: int64 }, day: { type: date }",
            "[day, balance]");
        JsonElement then = await RunAsync("then", "--date", "2026-02-08"), now = await RunAsync("now", "--date", "2026-02-09");

        Assert.Equal(Newest("2026-02-08"), Scored(then));
        Assert.Equal(Newest("2026-02-09"), Scored(now));
        Assert.NotEqual(Newest("2026-02-08"), Newest("2026-02-09"));
        JsonElement snapshot = Read(now, "metadata.json").GetProperty("data_snapshot"), view = snapshot.GetProperty("view");
        Assert.Equal(["input", "join"], view.GetProperty("sources").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        JsonElement file = view.GetProperty("sources")[0].GetProperty("snapshot").GetProperty("listing")[0];
        Assert.Equal(Sha256(_batchfn.PathOf("days", file.GetProperty("key").GetString()!)), file.GetProperty("sha256").GetString());
        Assert.Equal(Sha256(ViewOf(now)), view.GetProperty("sha256").GetString());
        Assert.Equal(snapshot.GetProperty("listing")[0].GetProperty("sha256").GetString(), view.GetProperty("sha256").GetString());
        Assert.Equal(
            view.GetProperty("records").GetInt64(),
            now.GetProperty("recordsTotal").GetInt64() + Read(now, "summary_metrics.json").GetProperty("records_excluded").GetInt64());

        (await _batchfn.RunAsync("archive", "then", "--to", "cold", "--reason", "space")).Expect(0);
        (await _batchfn.RunAsync("verify", "then", "--all")).Expect(0);

        // The sources may go; what was scored stays.
        Directory.Delete(_batchfn.PathOf("days"), recursive: true);
        (await _batchfn.RunAsync("verify", "now", "--all")).Expect(0);
        byte[] bytes = await File.ReadAllBytesAsync(ViewOf(now), Stop);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(ViewOf(now), bytes, Stop);
        Assert.Contains("its content has changed", (await _batchfn.RunAsync("verify", "now")).Expect(1).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_is_scored_and_rejects_of_it_can_be_reprocessed_when_the_sources_are_gone()
    {
        await PrepareAsync(Rows);
        _batchfn.Write("flags.jsonl", string.Concat(Enumerable.Range(1, 500).Select(i => $"{{\"user\":{i},\"flag\":{(i % 3 == 0 ? "true" : "false")}}}\n")));
        Pipeline("path: customers/*.csv, id: user_id, tables: { flags: { path: flags.jsonl } }, sql: \"SELECT input.* REPLACE (CASE user WHEN 7 THEN 'old' ELSE age END AS age), DATE '{date}' AS day FROM input JOIN flags ON user_id = CAST(user AS VARCHAR) WHERE NOT flag ORDER BY user DESC\"", include: "[day]");

        JsonElement preview = (await _batchfn.RunAsync("plan", Customers.Pipeline, "--json")).Expect(0).Json;
        JsonElement job = await RunAsync("asked", "--date", "2026-02-08");

        string[] asked = [.. Enumerable.Range(1, 500).Where(i => i % 3 != 0).Reverse().Select(i => i.ToString(CultureInfo.InvariantCulture))];
        Assert.Equal(asked.Length, preview.GetProperty("records").GetInt64());
        Assert.Equal(asked, DuckDb.Query($"SELECT user_id FROM '{ViewOf(job)}'", r => r.GetString(0)));
        Assert.Equal(["2026-02-08"], DuckDb.Query($"SELECT DISTINCT CAST(day AS VARCHAR) FROM read_parquet('{Folder(job)}/predictions/*.parquet')", r => r.GetString(0)));

        Directory.Delete(_batchfn.PathOf("customers"), recursive: true);
        JsonElement rejects = JsonDocument.Parse(File.ReadLines(Directory.GetFiles(Path.Combine(Folder(job), "rejects"))[0]).First()).RootElement;
        string reject = rejects.GetProperty("values").GetProperty("user_id").GetString()!;
        Assert.Equal(Path.GetFileName(ViewOf(job)), rejects.GetProperty("file").GetString());
        Assert.Equal(reject, asked[rejects.GetProperty("record").GetInt64()]);
        _batchfn.Write("corrected.csv", $"user_id,age,income,credit_score,num_purchases,account_age_days,avg_transaction,num_returns,is_premium,region,category_preference,day\n{reject},40,1,700,1,1,1,0,true,north,home,2026-02-08\n");
        (await _batchfn.RunAsync("reprocess", "asked", "--corrected", "corrected.csv", "--json")).Expect(0);
        (await _batchfn.RunAsync("verify", "asked", "--all")).Expect(0);
    }

    [Fact]
    public async Task A_table_in_blobs_is_read_by_its_newest_records_and_the_view_stays_with_the_run()
    {
        _batchfn.Variables["BATCHFN_STORAGE_CONNECTION"] = await azurite.GetConnectionStringAsync();
        string container = $"azure://{(await azurite.CreateContainerAsync(Stop)).Name}";
        await Customers.PrepareAsync(_batchfn, 600, "");
        string columns = (await File.ReadAllLinesAsync(Directory.GetFiles(_batchfn.PathOf("customers"))[0], Stop))[0];
        Pipeline("path: customers/*.csv, id: user_id", include: $"[{columns.Replace("user_id,", "", StringComparison.Ordinal)}]", output: $"path: scored, table: {{ name: ml.customers, path: {container}/tables, partition_by: [run_date] }}");
        await StartAsync("run", Customers.Pipeline, "--job-id", "first", "--date", "2026-02-07");
        JsonElement second = await StartAsync("run", Customers.Pipeline, "--job-id", "second", "--date", "2026-02-08", "--json");

        Pipeline($"path: {container}/tables/ml/customers, id: user_id, latest_by: {{ key: user_id, order: run_date }}", include: "[run_date]", output: $"path: {container}/scored");
        JsonElement job = await StartAsync("run", Customers.Pipeline, "--job-id", "third", "--date", "2026-02-09", "--json");

        Assert.Equal(second.GetProperty("recordsScored").GetInt64(), job.GetProperty("recordsScored").GetInt64());
        JsonElement dates = await StartAsync("query", "SELECT DISTINCT CAST(run_date AS VARCHAR) AS day FROM predictions", "--job", "third", "--json");
        Assert.Equal(["2026-02-08"], dates.EnumerateArray().Select(d => d.GetProperty("day").GetString()));
        await StartAsync("verify", "third", "--all", "--json");
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_place_and_leaves_nothing()
    {
        await PrepareAsync(600);
        (string Source, string Message)[] wrong =
        [
            ("path: customers/*.csv, latest_by: { key: userid, order: age }", "nightly.yaml:2:47: source.latest_by.key: "),
            ("path: customers/*.csv, latest_by: { key: userid, order: age }", "has no column 'userid' (did you mean 'user_id'?)"),
            ("path: customers/*.csv, sql: \"SELECT user_i FROM input\"", "nightly.yaml:2:47: source.sql: Referenced column \"user_i\" not found"),
            ("path: customers/*.csv, join: { path: accounts/*.csv, on: user_id }", "source.join: There is no input: "),
            ("path: customers/*.csv, tables: { a: { path: a.csv } }, sql: \"SELECT 1\"", "source.tables.a: There is no input: "),
            ("path: customers/*.csv, sql: \"SELECT * FROM input WHERE user_id = 'nobody'\"", "source.sql leaves no record of the 6"),
            ("path: customers/*.csv, sql: \"SELECT 1 AS x\", columns: [x]", "source.columns cannot stand beside sql"),
            ("path: customers/*.csv, tables: { input: { path: a.csv } }, sql: \"SELECT 1\"", "source.tables has 'input'"),
            ("path: customers/*.csv, tables: { a: { path: a.csv } }", "source.tables is for sql, and there is none"),
            ("path: customers/*.csv, latest_by: { key: user_id, order: age, as_of: yesterday }", "source.latest_by.as_of: 'yesterday' is neither a day"),
            ("path: customers/*.csv, latest_by: { key: [], order: age }", "source.latest_by.key is empty"),
            ("path: customers/*.csv, columns: [user_id, age]", "has no column 'income'"),
            ("path: broken/*.csv, columns: [user_id]", "CSV Error on Line: 3"),
        ];
        _batchfn.Write("broken/a.csv", "user_id,age\n1,2\n3\n");
        foreach ((string source, string message) in wrong)
        {
            Pipeline(source);
            Outcome outcome = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", $"j{Array.IndexOf(wrong, (source, message))}")).Expect(2);
            Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(_batchfn.PathOf("scored")));
    }

    [Fact]
    public async Task A_job_killed_while_its_view_is_made_goes_on_with_one_view_and_gives_the_same_output()
    {
        await PrepareDaysAsync();
        Pipeline("path: days/**/*.csv, " + Latest, "day: { type: date }");
        string spill = _batchfn.PathOf("spill");
        _batchfn.Variables["BATCHFN_SQL_FOLDER"] = spill;
        JsonElement calm = await RunAsync("calm", "--date", "2026-02-09");
        string run = Folder(calm).Replace("calm", "night", StringComparison.Ordinal), input = Path.Combine(run, "input");

        int kills = 0;
        foreach (Func<bool> moment in (Func<bool>[])
        [
            () => Directory.Exists(spill) && Directory.EnumerateFiles(spill, "*", SearchOption.AllDirectories).Any(f => f.EndsWith("lock", StringComparison.Ordinal)),
            () => Directory.Exists(input),
            () => Directory.Exists(input) && Directory.EnumerateFiles(input, "view-*.parquet").Any(),
            () => Directory.Exists(input) && Directory.EnumerateFiles(input, "view-*.json").Any(),
            () => File.Exists(_batchfn.PathOf("batchfn-data", "work", "night", "job.json")),
        ])
        {
            using Process process = _batchfn.Start("run", Customers.Pipeline, "--job-id", "night", "--date", "2026-02-09");
            while (!process.HasExited && !moment())
                await Task.Yield();
            kills += process.HasExited ? 0 : 1;
            process.Kill();
            await process.WaitForExitAsync(Stop);
        }

        JsonElement night = await RunAsync("night", "--date", "2026-02-09");
        Assert.InRange(kills, 3, 5);
        Assert.Equal(Parts(calm), Parts(night));
        Assert.Equal(Sha256(ViewOf(calm)), Sha256(ViewOf(night)));
        Assert.Empty(Directory.GetDirectories(spill));
        (await _batchfn.RunAsync("verify", "night", "--all")).Expect(0);
    }

    [Fact]
    public async Task An_incremental_job_takes_the_newest_of_what_is_new_and_takes_each_file_once()
    {
        await PrepareDaysAsync();
        string later = _batchfn.PathOf("later");
        Directory.Move(_batchfn.PathOf("days", "day=2026-02-08"), later);
        Pipeline("path: days/**/*.csv, since: last_run, " + Latest, "day: { type: date }");

        long first = (await RunAsync("first", "--date", "2026-02-09")).GetProperty("recordsTotal").GetInt64();
        Directory.Move(later, _batchfn.PathOf("days", "day=2026-02-08"));
        JsonElement second = await RunAsync("second", "--date", "2026-02-09"), third = await RunAsync("third", "--date", "2026-02-09");

        JsonElement listing = Read(second, "metadata.json").GetProperty("data_snapshot").GetProperty("view").GetProperty("sources")[0].GetProperty("snapshot").GetProperty("listing");
        Assert.Equal("day=2026-02-08/a.csv", Assert.Single(listing.EnumerateArray()).GetProperty("key").GetString());
        Assert.Equal(File.ReadLines(_batchfn.PathOf("days", "day=2026-02-08", "a.csv")).Count() - 1, second.GetProperty("recordsTotal").GetInt64());
        Assert.True(first > second.GetProperty("recordsTotal").GetInt64());
        Assert.Equal(0, third.GetProperty("recordsTotal").GetInt64());
        (await _batchfn.RunAsync("verify", "second", "--all")).Expect(0);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Customers without the lines that are no records, which a view does not take.</summary>
    private async Task PrepareAsync(int rows)
    {
        await Customers.PrepareAsync(_batchfn, rows);
        string file = Directory.GetFiles(_batchfn.PathOf("customers"))[0];
        string[] lines = await File.ReadAllLinesAsync(file, Stop);
        await File.WriteAllLinesAsync(file, lines.Where(l => l.Count(c => c == ',') == lines[0].Count(c => c == ',') && !l.Contains('"')), Stop);
    }

    private void Pipeline(string source, string rules = "age: { min: 0, max: 130 }", string include = "[]", string output = "path: scored") => _batchfn.Write(
        Customers.Pipeline,
        $$"""
        name: nightly
        source: { {{source}} }
        model: churn@1.0.0
        validation:
          columns: { {{rules}} }
        output: { {{output}}, include: {{include}} }
        shards: { target_rows: 500, max_parallel: 2 }
        policy: { max_failed_records: 100000 }
        """);

    /// <summary>Customers of three days: all of them, and some of them again with another age on each of the days that follow.</summary>
    private async Task PrepareDaysAsync()
    {
        await PrepareAsync(Rows);
        foreach ((int share, string day) in ((int, string)[])[(1, "2026-02-07"), (3, "2026-02-08"), (5, "2026-02-09")])
        {
            Directory.CreateDirectory(_batchfn.PathOf("days", $"day={day}"));
            DuckDb.Execute(
                $"COPY (SELECT * REPLACE (CASE WHEN {share} > 1 THEN CAST(20 + {share} AS VARCHAR) ELSE age END AS age) FROM read_csv('{_batchfn.PathOf("customers")}/*.csv', all_varchar = true, nullstr = '') WHERE try_cast(user_id AS BIGINT) % {share} = 0) TO '{_batchfn.PathOf("days", $"day={day}", "a.csv")}' (FORMAT csv, HEADER true)");
        }
    }

    /// <summary>What DuckDB says of the newest records: those that are not for the rejects.</summary>
    private List<(string, string, double?)> Newest(string day) => [.. DuckDb.Query(
        $"""
        SELECT d.user_id, CAST(d.day AS VARCHAR), balance FROM
            (SELECT * FROM read_csv('{_batchfn.PathOf("days")}/**/*.csv', all_varchar = true, hive_partitioning = true, hive_types_autocast = false, nullstr = '')
             WHERE day <= '{day}' QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY day DESC) = 1) d
        LEFT JOIN '{_batchfn.PathOf("accounts.parquet")}' a ON a.user_id = try_cast(d.user_id AS BIGINT)
        WHERE d.region <> 'west' ORDER BY ALL
        """,
        r => (r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : (double?)Convert.ToDouble(r.GetValue(2), CultureInfo.InvariantCulture)))];

    /// <summary>The same of the records that were scored and those that were rejected.</summary>
    private static List<(string, string, double?)> Scored(JsonElement job)
    {
        var scored = DuckDb.Query(
            $"SELECT CAST(user_id AS VARCHAR), CAST(day AS VARCHAR), balance FROM read_parquet('{Folder(job)}/predictions/*.parquet')",
            r => (r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : (double?)Convert.ToDouble(r.GetValue(2), CultureInfo.InvariantCulture)));
        var rejected = Directory.GetFiles(Path.Combine(Folder(job), "rejects")).SelectMany(File.ReadLines).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("values"))
            .Select(v => (v.GetProperty("user_id").ToString(), v.GetProperty("day").ToString(), v.GetProperty("balance") is { ValueKind: JsonValueKind.Number } b ? b.GetDouble() : (double?)null));
        return [.. scored.Concat(rejected).OrderBy(r => r.Item1, StringComparer.Ordinal).ThenBy(r => r.Item2, StringComparer.Ordinal)];
    }

    /// <summary>Runs a command as a process of its own, which finds the blob account by its environment.</summary>
    private async Task<JsonElement> StartAsync(params string[] args)
    {
        using Process process = _batchfn.Start(args);
        Task<string> output = process.StandardOutput.ReadToEndAsync(Stop);
        string error = await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, $"{await output}{error}");
        return args.Contains("--json") ? JsonDocument.Parse((await output).Trim().Split('\n')[^1]).RootElement : default;
    }

    private async Task<JsonElement> RunAsync(string id, params string[] more) =>
        (await _batchfn.RunAsync(["run", Customers.Pipeline, "--job-id", id, "--json", .. more])).Expect(0).Json;

    private static string Folder(JsonElement job) => job.GetProperty("runFolder").GetString()!;

    private static string ViewOf(JsonElement job) => Assert.Single(Directory.GetFiles(Path.Combine(Folder(job), "input"), "*.parquet"));

    private static JsonElement Read(JsonElement job, string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(job), file))).RootElement;

    private static List<string?> Parts(JsonElement job) =>
        [.. Read(job, "manifest.json").GetProperty("predictions").EnumerateArray().Select(p => p.GetProperty("sha256").GetString())];

    private static IReadOnlyList<(string, double)> Scores(JsonElement job) =>
        DuckDb.Query($"SELECT CAST(user_id AS VARCHAR), score FROM read_parquet('{Folder(job)}/predictions/*.parquet') ORDER BY 1", r => (r.GetString(0), r.GetDouble(1)));

    private static List<string> Rejects(JsonElement job) =>
        [.. Directory.GetFiles(Path.Combine(Folder(job), "rejects")).SelectMany(File.ReadLines).Select(l => JsonDocument.Parse(l).RootElement)
            .Select(r => $"{r.GetProperty("code")} {r.GetProperty("column")} {r.GetProperty("reason")}").Order(StringComparer.Ordinal)];

    private static string Sha256(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
