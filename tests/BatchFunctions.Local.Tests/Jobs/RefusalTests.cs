using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>What is wrong is said before anything is scored, and leaves no output.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task A_missing_column_is_named_with_what_there_is()
    {
        JobResult result = await RunAsync(Churn.Customers(50).Replace("credit_score", "creditscore", StringComparison.Ordinal));

        Refused(result, ErrorKind.Request, "'credit_score'", "did you mean 'creditscore'", "customers.csv");
    }

    [Fact]
    public async Task A_column_that_no_record_has_in_its_type_is_a_wrong_request()
    {
        JobResult result = await RunAsync(Churn.Customers(50, i => $"{i},old,1.5,600,3,10,20.5,0,true,north,books"));

        Refused(result, ErrorKind.Request, "'age'", "old", "customers.csv");
    }

    [Fact]
    public async Task A_file_whose_records_all_lack_a_field_is_a_wrong_request()
    {
        JobResult result = await RunAsync(Churn.Customers(50, i => $"{i},40,1.5"));

        Refused(result, ErrorKind.Request, "customers.csv", "11");
    }

    [Theory]
    [InlineData("")]
    [InlineData(Churn.Header)]
    [InlineData(Churn.Header + "\n")]
    public async Task An_input_without_records_is_refused(string csv)
    {
        JobResult result = await RunAsync(csv);

        Refused(result, ErrorKind.Request, "customers.csv");
    }

    [Fact]
    public async Task A_glob_that_matches_nothing_says_where_it_looked()
    {
        JobResult result = await RunAsync(Churn.Customers(5), Churn.Pipeline(source: "data/nothing-*.csv"));

        Refused(result, ErrorKind.Request, "nothing-*.csv");
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_refused_with_those_there_are()
    {
        JobResult result = await RunAsync(Churn.Customers(5), Churn.Pipeline().Replace("churn@1.0.0", "churn@2.0.0", StringComparison.Ordinal));

        Refused(result, ErrorKind.Request, "2.0.0", "1.0.0");
    }

    [Theory]
    [InlineData("latest_by: { key: user_id, order: age }", "source.latest_by")]
    [InlineData("join: { path: other.csv, on: user_id }", "source.join")]
    [InlineData("columns: [user_id, age]", "source.columns")]
    [InlineData("sql: SELECT * FROM input", "source.sql")]
    public async Task A_host_without_SQL_refuses_what_needs_it(string view, string key)
    {
        JobResult result = await RunAsync(Churn.Customers(5), Churn.Pipeline().Replace("id: user_id", $"id: user_id, {view}", StringComparison.Ordinal));

        Refused(result, ErrorKind.Request, $"{key} needs SQL over files, which this host does not have.");
    }

    [Fact]
    public async Task An_unknown_key_is_refused_by_line_with_the_nearest_one()
    {
        JobResult result = await RunAsync(Churn.Customers(5), Churn.Pipeline("shard: { target_rows: 5 }"));

        Refused(result, ErrorKind.Request, "churn.yaml:11", "shards");
    }

    [Fact]
    public async Task A_model_whose_bytes_changed_is_not_loaded()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        string model = Path.Combine(bench.ModelsAddress, "churn", "1.0.0", "model.onnx");
        byte[] bytes = await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(model, bytes, TestContext.Current.CancellationToken);
        bench.Write("data/customers.csv", Churn.Customers(5));

        JobResult result = await bench.RunAsync(JobWorkbench.Request(bench.Write("churn.yaml", Churn.Pipeline())));

        Refused(result, ErrorKind.Integrity, "model.onnx");
    }

    [Fact]
    public async Task A_quote_that_swallows_the_rest_of_the_file_fails_the_job_by_its_place()
    {
        JobResult result = await RunAsync(Churn.Customers(40_000, i => i == 200 ? "\"201,40,1.5,600,3,10,20.5,0,true,north,books" : null));

        Refused(result, ErrorKind.Integrity, "Record 200 of customers.csv", "opens a quote", "quoted_newlines");
    }

    [Fact]
    public async Task Bounds_on_a_column_that_is_text_are_refused()
    {
        JobResult result = await RunAsync(Churn.Customers(5), Churn.Pipeline().Replace("age: { min: 0, max: 130 }", "user_id: { min: 0 }", StringComparison.Ordinal));

        Refused(result, ErrorKind.Request, "validation.columns.user_id", "type: float64");
    }

    [Fact]
    public async Task A_truncated_Parquet_file_is_refused()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        string csv = bench.Write("customers.csv", Churn.Customers(500)), parquet = Path.Combine(bench.Data, "customers.parquet");
        TestSupport.DuckDb.Execute($"COPY (SELECT * FROM read_csv('{csv}')) TO '{parquet}' (FORMAT PARQUET)");
        byte[] bytes = await File.ReadAllBytesAsync(parquet, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(parquet, bytes[..(bytes.Length / 2)], TestContext.Current.CancellationToken);

        JobResult result = await bench.RunAsync(JobWorkbench.Request(bench.Write("churn.yaml", Churn.Pipeline(source: "data/customers.parquet"))));

        Refused(result, ErrorKind.Request, "customers.parquet");
    }

    [Fact]
    public async Task A_Parquet_column_of_the_wrong_type_is_refused()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        string csv = bench.Write("customers.csv", Churn.Customers(500));
        TestSupport.DuckDb.Execute($"COPY (SELECT * REPLACE (age::VARCHAR AS age) FROM read_csv('{csv}')) TO '{Path.Combine(bench.Data, "customers.parquet")}' (FORMAT PARQUET)");

        JobResult result = await bench.RunAsync(JobWorkbench.Request(bench.Write("churn.yaml", Churn.Pipeline(source: "data/customers.parquet"))));

        Refused(result, ErrorKind.Request, "'age'", "customers.parquet");
    }

    private static async Task<JobResult> RunAsync(string csv, string? pipeline = null)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", csv);
        JobResult result = await bench.RunAsync(JobWorkbench.Request(bench.Write("churn.yaml", pipeline ?? Churn.Pipeline())));
        Assert.False(Directory.Exists(Path.Combine(bench.Root, "scored")) && Directory.EnumerateFiles(Path.Combine(bench.Root, "scored"), "part-*", SearchOption.AllDirectories).Any());
        return result;
    }

    private static void Refused(JobResult result, ErrorKind kind, params ReadOnlySpan<string> said)
    {
        Assert.Equal((JobStatus.Failed, (ErrorKind?)kind), (result.Status, result.ErrorKind));
        foreach (string words in said)
            Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }
}
