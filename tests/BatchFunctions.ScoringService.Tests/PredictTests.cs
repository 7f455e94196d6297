using System.Net;
using System.Text.Json;
using BatchFunctions.Local.Tests.Jobs;
using BatchFunctions.ScoringService.Tests.Hosting;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.ScoringService.Tests;

public sealed class PredictTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_get_what_a_job_writes_for_them_bit_by_bit()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        string csv = Churn.Customers(40);
        bench.Write("data/customers.csv", csv);
        string text = Churn.Pipeline();
        bench.Write("pipelines/churn.yaml", text);
        JobResult job = await bench.RunAsync(JobWorkbench.Request(bench.Write("churn.yaml", text)));
        var expected = JobWorkbench.Query(job, "SELECT score, band, prediction FROM {0}", r => (Score: Convert.ToSingle(r[0], null), Band: (string)r[1], Prediction: r[2].ToString()!));
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);

        JsonElement answer = await PredictAsync(replica, $$"""{ "pipeline": "churn", "rows": [{{string.Join(",", RowsOf(csv))}}] }""");

        JsonElement[] rows = [.. answer.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("values"))];
        Assert.Equal(expected, rows.Select(r => (r.GetProperty("score").GetSingle(), r.GetProperty("band").GetString()!, r.GetProperty("prediction").ToString())!));
        Assert.Equal("churn@1.0.0", answer.GetProperty("model").GetString());
        Assert.False(answer.TryGetProperty("unusedColumns", out _));
    }

    [Fact]
    public async Task A_Telco_customer_gets_the_probability_that_the_batch_gives()
    {
        Telco.SkipUnlessPresent();
        using var bench = new JobWorkbench();
        await bench.RegisterAsync("trees", "1.0.0", Telco.Model("trees"), Telco.TreesManifest());
        Telco.WriteCustomers(Path.Combine(bench.Data, "telco.jsonl"), "jsonl");
        const string pipeline = """
            name: telco
            source: { path: "data/telco.jsonl", id: customerID }
            model: trees@1.0.0
            output: { path: scored }
            """;
        bench.Write("pipelines/telco.yaml", pipeline);
        JobResult job = await bench.RunAsync(JobWorkbench.Request(bench.Write("telco.yaml", pipeline)));
        var expected = JobWorkbench.Query(job, "SELECT customerID, score FROM {0} LIMIT 100", r => ((string)r[0], (float)r[1]));
        string[] lines = [.. File.ReadLines(Path.Combine(bench.Data, "telco.jsonl")).Take(100)];
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);

        List<(string, float)> scored = [];
        foreach (string line in lines)
        {
            JsonElement values = (await PredictAsync(replica, $$"""{ "pipeline": "telco", "rows": [{{line}}] }""")).GetProperty("rows")[0].GetProperty("values");
            scored.Add((values.GetProperty("customerID").GetString()!, values.GetProperty("score").GetSingle()));
        }

        Assert.Equal(expected, scored);
    }

    [Fact]
    public async Task Dates_and_moments_are_written_as_everywhere()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("pipelines/churn.yaml", Churn.Pipeline()
            .Replace("  columns:\n", "  columns:\n    since: { type: date }\n    seen: { type: timestamp }\n", StringComparison.Ordinal)
            .Replace("[region]", "[since, seen]", StringComparison.Ordinal));
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);
        string row = RowsOf(Churn.Customers(1)).First().TrimEnd('}');

        JsonElement answer = await PredictAsync(replica, $$"""{ "pipeline": "churn", "rows": [{{row}}, "since": "2026-02-08", "seen": "2026-02-08T10:30:00Z"}] }""");

        JsonElement values = answer.GetProperty("rows")[0].GetProperty("values");
        Assert.Equal("2026-02-08", values.GetProperty("since").GetString());
        Assert.Equal("2026-02-08T10:30:00Z", values.GetProperty("seen").GetString());
    }

    [Fact]
    public async Task A_row_that_cannot_be_scored_says_why_and_the_others_have_their_scores()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("pipelines/churn.yaml", Churn.Pipeline());
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);
        string[] rows = [.. RowsOf(Churn.Customers(2))];
        string broken = rows[1].Replace("\"age\":", "\"age\":\"old\",\"was\":", StringComparison.Ordinal);

        JsonElement answer = await PredictAsync(replica, $$"""{ "pipeline": "churn", "rows": [{{rows[0]}}, {{broken}}, {{rows[1].TrimEnd('}')}}, "shoe_size": 42}] }""");

        JsonElement[] results = [.. answer.GetProperty("rows").EnumerateArray()];
        Assert.True(results[0].TryGetProperty("values", out _));
        Assert.Contains("age", results[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.True(results[2].TryGetProperty("values", out _));
        Assert.Equal(["shoe_size", "was"], answer.GetProperty("unusedColumns").EnumerateArray().Select(c => c.GetString()!));
    }

    [Fact]
    public async Task A_row_that_the_filter_leaves_out_is_called_so()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("pipelines/churn.yaml", Churn.Pipeline().Replace("id: user_id }", "id: user_id, filter: \"age >= 200\" }", StringComparison.Ordinal));
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);

        JsonElement answer = await PredictAsync(replica, $$"""{ "pipeline": "churn", "rows": [{{RowsOf(Churn.Customers(1)).First()}}] }""");

        Assert.True(answer.GetProperty("rows")[0].GetProperty("excluded").GetBoolean());
    }

    [Theory]
    [InlineData("""{ "rows": [{}] }""", 400, "pipeline")]
    [InlineData("""{ "pipeline": "churn", "rows": [] }""", 400, "rows")]
    [InlineData("""{ "pipeline": "churn", "rows": [1] }""", 400, "rows")]
    [InlineData("""{ "pipeline": "other", "rows": [{}] }""", 400, "There is no pipeline 'other'")]
    [InlineData("""{ "model": "churn@9.9.9", "rows": [{}] }""", 400, "9.9.9")]
    [InlineData("""{ "pipeline": "churn", "rows": [{}], "threshold": 1 }""", 400, "threshold")]
    public async Task A_request_that_makes_no_sense_is_a_problem_that_says_so(string body, int status, string part)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("pipelines/churn.yaml", Churn.Pipeline());
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);

        using HttpResponseMessage answer = await replica.PostAsync("/predict", body);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(part, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);

        using HttpResponseMessage answer = await replica.PostAsync("/predict", new string(' ', 2 << 20));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private static async Task<JsonElement> PredictAsync(ReplicaHost replica, string body)
    {
        using HttpResponseMessage answer = await replica.PostAsync("/predict", body);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
        return await ReplicaHost.ReadAsync(answer);
    }

    private static IEnumerable<string> RowsOf(string csv)
    {
        string[] names = csv.Split('\n')[0].Split(',');
        return csv.TrimEnd().Split('\n').Skip(1).Select(line => $"{{{string.Join(',', names.Zip(line.Split(',')).Select(p => $"\"{p.First}\":{Json(p.First, p.Second)}"))}}}");
    }

    private static string Json(string name, string value) => name is "user_id" or "region" or "category_preference" ? $"\"{value}\"" : value;
}
