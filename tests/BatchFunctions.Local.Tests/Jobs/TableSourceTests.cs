using System.Text;
using System.Text.Json.Nodes;
using BatchFunctions.TestSupport;
using BatchFunctions.Verification;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>A job whose source is a Delta table reads what the table's log says, and nothing else that lies there.</summary>
public sealed class TableSourceTests
{
    private const string Columns = """
        {"name":"user_id","type":"long","nullable":true,"metadata":{}},{"name":"age","type":"long","nullable":true,"metadata":{}},{"name":"income","type":"double","nullable":true,"metadata":{}},{"name":"credit_score","type":"long","nullable":true,"metadata":{}},{"name":"num_purchases","type":"long","nullable":true,"metadata":{}},{"name":"account_age_days","type":"long","nullable":true,"metadata":{}},{"name":"avg_transaction","type":"double","nullable":true,"metadata":{}},{"name":"num_returns","type":"long","nullable":true,"metadata":{}},{"name":"is_premium","type":"boolean","nullable":true,"metadata":{}},{"name":"region","type":"string","nullable":true,"metadata":{}},{"name":"category_preference","type":"string","nullable":true,"metadata":{}}
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_that_the_log_has_removed_or_never_had_are_not_read()
    {
        using JobWorkbench bench = await WithTableAsync();
        Write(bench, "a.parquet", 1, 100);
        Write(bench, "b.parquet", 101, 200);
        Write(bench, "never-committed.parquet", 201, 300);
        Commit(bench, 0, Metadata(), Add(bench, "a.parquet"), Add(bench, "b.parquet"));
        Write(bench, "c.parquet", 301, 350);
        Commit(bench, 1, Remove("a.parquet"), Add(bench, "c.parquet"));

        JobResult newest = await RunAsync(bench, "newest");
        JobResult first = await RunAsync(bench, "first", "version: 0");

        Assert.Equal(Numbers(101, 200).Concat(Numbers(301, 350)), Ids(newest));
        Assert.Equal(Numbers(1, 200), Ids(first));
        Assert.Equal((1L, 0L), (VersionOf(newest), VersionOf(first)));
        Assert.Empty((await VerifyAsync(bench, newest)).Checks.SelectMany(c => c.Problems));
    }

    [Fact]
    public async Task The_columns_that_a_table_is_partitioned_by_have_the_types_of_its_log()
    {
        using JobWorkbench bench = await WithTableAsync();
        (string File, string? Day, string Note)[] files = [("x=1/a.parquet", "2026-02-07", "a b/c"), ("x=2/b.parquet", "2026-02-08", "süd=1"), ("x=3/c.parquet", null, "%")];
        for (int i = 0; i < files.Length; i++)
            Write(bench, files[i].File, (100 * i) + 1, (100 * i) + 100);
        Commit(
            bench,
            0,
            [
                Metadata("""{"name":"day","type":"date","nullable":true,"metadata":{}},{"name":"note","type":"string","nullable":true,"metadata":{}}""", "day", "note"),
                .. files.Select(f => Add(bench, f.File, ("day", f.Day), ("note", f.Note))),
            ]);

        JobResult all = await RunAsync(bench, "all", include: "day, note");
        JobResult day = await RunAsync(bench, "day", "filter: day >= '2026-02-08'");

        Assert.Equal(
            [("2026-02-07", "a b/c", 100L), ("2026-02-08", "süd=1", 100L), (null, "%", 100L)],
            JobWorkbench.Query(all, "select cast(day as varchar), note, count(*) from {0} group by day, note order by day nulls last", r => (r.IsDBNull(0) ? null : r.GetString(0), r.GetString(1), r.GetInt64(2))));
        Assert.Equal(["DATE"], JobWorkbench.Query(all, "select distinct typeof(day) from {0}", r => r.GetString(0)));
        Assert.Equal(Numbers(101, 200), Ids(day));
    }

    [Fact]
    public async Task A_file_older_than_a_column_has_no_value_of_it()
    {
        using JobWorkbench bench = await WithTableAsync();
        Write(bench, "old.parquet", 1, 100, "exclude (income)");
        Write(bench, "new.parquet", 101, 200);
        Commit(bench, 0, Metadata(), Add(bench, "new.parquet"), Add(bench, "old.parquet"));

        JobResult job = await RunAsync(bench, "job", include: "income");

        Assert.Equal(Numbers(1, 200), Ids(job));
        Assert.Equal(Numbers(1, 100), JobWorkbench.Query(job, "select user_id from {0} where income is null order by 1", r => r.GetInt64(0)));
        Assert.Empty((await VerifyAsync(bench, job)).Checks.SelectMany(c => c.Problems));
    }

    [Theory]
    [InlineData("data/table", "version: 7", "has no version 7")]
    [InlineData("data/plain", "version: 1", "is no Delta table")]
    [InlineData("data/table/*.parquet", "", "Write its folder as source.path")]
    public async Task What_no_table_can_give_is_refused(string path, string more, string complaint)
    {
        using JobWorkbench bench = await WithTableAsync();
        Write(bench, "a.parquet", 1, 10);
        Commit(bench, 0, Metadata(), Add(bench, "a.parquet"));
        Directory.CreateDirectory(Path.Combine(bench.Data, "plain"));
        File.Copy(Path.Combine(bench.Data, "table", "a.parquet"), Path.Combine(bench.Data, "plain", "a.parquet"));

        JobResult job = await RunAsync(bench, "job", more, path: path);

        Assert.Equal((JobStatus.Failed, ErrorKind.Request), (job.Status, job.ErrorKind));
        Assert.Contains(complaint, job.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vacuumed_file_is_named()
    {
        using JobWorkbench bench = await WithTableAsync();
        Write(bench, "a.parquet", 1, 10);
        Commit(bench, 0, Metadata(), Add(bench, "a.parquet"));
        File.Delete(Path.Combine(bench.Data, "table", "a.parquet"));

        JobResult job = await RunAsync(bench, "job");

        Assert.Equal(ErrorKind.Request, job.ErrorKind);
        Assert.Contains("a.parquet is gone, which version 0 of the table", job.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_of_one_job_is_the_source_of_the_next()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(500));
        string columns = "age, income, credit_score, num_purchases, account_age_days, avg_transaction, num_returns, is_premium, region, category_preference";
        string first = bench.Write("first.yaml", Churn.Pipeline().Replace(
            "include: [region] }", $"include: [{columns}], table: {{ name: ml.customers, path: tables, partition_by: [run_date] }} }}", StringComparison.Ordinal));
        JobResult publisher = await bench.RunAsync(JobWorkbench.Request(first, "publisher"));
        Assert.True(publisher.Status is JobStatus.Succeeded, publisher.Error);
        string second = bench.Write("second.yaml", Churn.Pipeline(source: "tables/ml/customers").Replace(
            "id: user_id }", "id: user_id, filter: run_date = '2026-02-08' }", StringComparison.Ordinal));

        JobResult reader = await bench.RunAsync(JobWorkbench.Request(second, "reader"));

        Assert.True(reader.Status is JobStatus.Succeeded, reader.Error);
        Assert.Equal(publisher.RecordsScored, reader.RecordsScored);
        const string scores = "select user_id, score from {0} order by 1";
        Assert.Equal(JobWorkbench.Query(publisher, scores, r => (r.GetString(0), r.GetFloat(1))), JobWorkbench.Query(reader, scores, r => (r.GetString(0), r.GetFloat(1))));
    }

    private static async Task<JobWorkbench> WithTableAsync()
    {
        JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("customers.csv", Churn.Customers(400));
        Directory.CreateDirectory(Path.Combine(bench.Data, "table", "_delta_log"));
        return bench;
    }

    private static void Write(JobWorkbench bench, string name, int first, int last, string but = "")
    {
        string file = Path.Combine(bench.Data, "table", name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        DuckDb.Execute($"copy (select * {but} from read_csv('{bench.Root}/customers.csv') where user_id between {first} and {last} order by user_id) to '{file}' (format parquet)");
    }

    private static void Commit(JobWorkbench bench, int version, params IEnumerable<string> actions) =>
        File.WriteAllLines(Path.Combine(bench.Data, "table", "_delta_log", $"{version:D20}.json"), actions, new UTF8Encoding(false));

    private static string Metadata(string more = "", params string[] partitionedBy)
    {
        string schema = $$"""{"type":"struct","fields":[{{Columns}}{{(more.Length > 0 ? "," : "")}}{{more}}]}""";
        var metadata = new JsonObject
        {
            ["id"] = "5b1c3a52-0000-4000-8000-000000000000",
            ["format"] = new JsonObject { ["provider"] = "parquet", ["options"] = new JsonObject() },
            ["schemaString"] = schema,
            ["partitionColumns"] = new JsonArray([.. partitionedBy.Select(p => (JsonNode)p)]),
            ["configuration"] = new JsonObject(),
            ["createdTime"] = 1770508800000,
        };
        return """{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}""" + "\n" + new JsonObject { ["metaData"] = metadata }.ToJsonString();
    }

    private static string Add(JobWorkbench bench, string name, params (string Column, string? Value)[] partition) => new JsonObject
    {
        ["add"] = new JsonObject
        {
            ["path"] = name,
            ["partitionValues"] = new JsonObject(partition.Select(p => KeyValuePair.Create(p.Column, (JsonNode?)p.Value))),
            ["size"] = new FileInfo(Path.Combine(bench.Data, "table", name)).Length,
            ["modificationTime"] = 1770508800000,
            ["dataChange"] = true,
        },
    }.ToJsonString();

    private static string Remove(string name) =>
        new JsonObject { ["remove"] = new JsonObject { ["path"] = name, ["deletionTimestamp"] = 1770508800000, ["dataChange"] = true } }.ToJsonString();

    private static async Task<JobResult> RunAsync(JobWorkbench bench, string id, string more = "", string include = "region", string path = "data/table")
    {
        string pipeline = bench.Write($"{id}.yaml", Churn.Pipeline(source: path)
            .Replace("id: user_id }", $"id: user_id{(more.Length > 0 ? ", " : "")}{more} }}", StringComparison.Ordinal)
            .Replace("columns:", "columns:\n    income: { missing: impute }", StringComparison.Ordinal)
            .Replace("include: [region]", $"include: [{include}]", StringComparison.Ordinal));
        return await bench.RunAsync(JobWorkbench.Request(pipeline, id));
    }

    private static IReadOnlyList<long> Ids(JobResult job)
    {
        Assert.True(job.Status == JobStatus.Succeeded, job.Error);
        return JobWorkbench.Query(job, "select user_id from {0} order by 1", r => r.GetInt64(0));
    }

    private static IEnumerable<long> Numbers(int first, int last) => Enumerable.Range(first, last - first + 1).Select(i => (long)i);

    private static long VersionOf(JobResult job) =>
        (long)JsonNode.Parse(File.ReadAllBytes(Path.Combine(job.RunFolder!, "metadata.json")))!["data_snapshot"]!["table_version"]!;

    private static Task<VerificationReport> VerifyAsync(JobWorkbench bench, JobResult job) =>
        new JobVerifier(bench.Services()).VerifyAsync(job.JobId, job.RunFolder!, new VerificationOptions { All = true }, Stop);
}
