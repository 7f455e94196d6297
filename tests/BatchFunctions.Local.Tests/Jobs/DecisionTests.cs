using System.Globalization;
using System.Text.Json;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>What is decided from scores, held against what SQL says of the same columns.</summary>
public sealed class DecisionTests : IDisposable
{
    private readonly JobWorkbench _bench = new();

    [Theory]
    [InlineData("csv")]
    [InlineData("parquet")]
    [InlineData("jsonl")]
    public async Task Rules_and_thresholds_by_segment_decide_as_sql_does(string format)
    {
        Telco.SkipUnlessPresent();
        await _bench.RegisterAsync("telco", "1.0.0", Telco.Model("linear"), Telco.LinearManifest());
        Telco.WriteCustomers(Path.Combine(_bench.Data, $"customers.{format}"), format);
        string pipeline = _bench.Write("telco.yaml", $$"""
            name: telco
            source: { path: data/customers.{{format}}, id: customerID }
            model: telco@1.0.0
            decisions:
              threshold: 0.5
              thresholds: { by: Contract, values: { Month-to-month: 0.6, Two year: 0.2 } }
              bands: { low: 0.2, medium: 0.6, high: 1.0 }
              rules:
                - { when: "prediction = 1 and Contract in ['Month-to-month', 'Two year'] and (tenure < 12 or MonthlyCharges > 100)", action: call }
                - { when: band = 'high' or not (TotalCharges / tenure <= MonthlyCharges * 1.1 and score < 0.5), action: mail }
                - { when: TotalCharges is null, action: ask }
                - { action: wait }
            output: { path: scored, include: [Contract, tenure, MonthlyCharges, TotalCharges] }
            shards: { target_rows: 1500 }
            """);

        JobResult result = await _bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.True(result.Status == JobStatus.Succeeded, result.Error);
        const string prediction = "CASE WHEN score >= CASE Contract WHEN 'Month-to-month' THEN 0.6::FLOAT WHEN 'Two year' THEN 0.2::FLOAT ELSE 0.5::FLOAT END THEN 1 ELSE 0 END";
        const string action = $"""
            CASE WHEN {prediction} = 1 AND Contract IN ('Month-to-month', 'Two year') AND (tenure < 12 OR MonthlyCharges > 100) THEN 'call'
                WHEN score > 0.6::FLOAT OR NOT (TotalCharges / tenure <= MonthlyCharges * 1.1::DOUBLE AND score < 0.5::FLOAT) THEN 'mail'
                WHEN TotalCharges IS NULL THEN 'ask' ELSE 'wait' END
            """;
        Assert.Equal(0L, Number(result, $"select count(*) from {{0}} where prediction <> {prediction}"));
        Assert.Equal(0L, Number(result, $"select count(*) from {{0}} where action is distinct from {action}"));
        Assert.Equal(4L, Number(result, "select count(distinct action) from {0}"));

        using JsonDocument summary = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(result.RunFolder!, "summary_metrics.json"), TestContext.Current.CancellationToken));
        Assert.Equal(
            JobWorkbench.Query(result, "select action, count(*) from {0} group by action order by 2 desc", r => (r.GetString(0), r.GetInt64(1))),
            summary.RootElement.GetProperty("actions").EnumerateObject().Select(a => (a.Name, a.Value.GetInt64())));
        string report = await File.ReadAllTextAsync(Path.Combine(result.RunFolder!, "report.txt"), TestContext.Current.CancellationToken);
        Assert.Contains("Actions\n-------\n", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_rule_matches_has_no_action()
    {
        JobResult result = await RunAsync("rules: [{ when: region = 'north' and age >= 40, action: call }]");

        Assert.Equal(0L, Number(result, "select count(*) from {0} where (action is null) = (region = 'north' and age >= 40)"));
        Assert.NotEqual(0L, Number(result, "select count(action) from {0}"));
    }

    [Fact]
    public async Task All_that_is_wrong_with_rules_is_said_where_it_stands()
    {
        JobResult result = await RunAsync("""
            rules:
                - { when: "scor >= 0.7", action: call }
                - { when: "region > 5 or agee < 3", action: call }
                - { when: tenure < 12, action: call }
            """, JobStatus.Failed);

        Assert.Equal(ErrorKind.Request, result.ErrorKind);
        Assert.EndsWith(
            """
            churn.yaml has 4 problems:
            churn.yaml:6:16: decisions.rules[0].when: There is no column 'scor'; did you mean 'score'?
            churn.yaml:7:23: decisions.rules[1].when: 'region' is string and 5 a number: write '5', or give the column a type, such as validation.columns.region.type: float64.
            churn.yaml:7:30: decisions.rules[1].when: There is no column 'agee'; did you mean 'age'?
            churn.yaml:8:15: decisions.rules[2].when: There is no column 'tenure'; there are score, prediction, user_id, age, income, credit_score, num_purchases, account_age_days, avg_transaction, num_returns, is_premium, region, category_preference.
            """,
            result.Error!.Replace(_bench.Root + "/", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segments_column_that_is_not_there_is_refused()
    {
        JobResult result = await RunAsync("thresholds: { by: regoin, values: { north: 0.6 } }", JobStatus.Failed);

        Assert.Contains("'regoin' (did you mean 'region'?)", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_of_unseen_segments_are_rejects_where_that_is_asked_for()
    {
        JobResult result = await RunAsync("thresholds: { by: region, values: { north: 0.3, south: 0.4 }, unseen: reject }", JobStatus.SucceededWithWarnings);

        Assert.Equal(["north", "south"], JobWorkbench.Query(result, "select distinct region from {0} order by 1", r => r.GetString(0)));
        string reject = File.ReadLines(Directory.GetFiles(Path.Combine(result.RunFolder!, "rejects")).First()).First();
        Assert.Contains("\"code\":\"not_allowed\",\"column\":\"region\"", reject, StringComparison.Ordinal);
        Assert.Contains("for which there is no threshold; there are north, south.", reject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_multi_class_models_probabilities_are_calibrated_by_its_manifest()
    {
        string file = Path.Combine(RepositoryPaths.Root, "tests", "BatchFunctions.Tests", "Models", "data", "softmax.onnx");
        foreach ((string version, string calibration) in (IEnumerable<(string, string)>)[("1.0.0", ""), ("2.0.0", "calibration: { temperature: 2 }")])
            await _bench.RegisterAsync("shapes", version, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), $"features: [u, v]\nclasses: [red, green, blue]\n{calibration}");
        _bench.Write("data/x.csv", "id,u,v\n1,5,0\n2,0,5\n3,1,1\n");

        (IReadOnlyList<double[]> raw, IReadOnlyList<double[]> calibrated) = (await ProbabilitiesAsync("1.0.0", "score"), await ProbabilitiesAsync("2.0.0", "probability"));

        foreach ((double[] before, double[] after) in raw.Zip(calibrated))
        {
            double[] powers = [.. before.Take(3).Select(p => Math.Sqrt(p))];
            Assert.All(powers.Zip(after), pair => Assert.Equal(pair.First / powers.Sum(), pair.Second, 1e-6));
            Assert.Equal(after.Take(3).Max(), after[3]);
        }
    }

    [Theory]
    [InlineData("temperature: 2", "decisions.calibration does not fit shapes@1.0.0, which is a regression model")]
    [InlineData("temperature: 0", "decisions.calibration.temperature is '0'")]
    public async Task A_calibration_that_does_not_fit_the_model_is_refused(string calibration, string complaint)
    {
        string file = Path.Combine(RepositoryPaths.Root, "tests", "BatchFunctions.Tests", "Models", "data", "sum.onnx");
        await _bench.RegisterAsync("shapes", "1.0.0", await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), "features: [a, b, c]");
        _bench.Write("data/x.csv", "id,a,b,c\n1,5,0,1\n");
        string pipeline = _bench.Write("shapes.yaml", $$"""
            name: shapes
            source: { path: data/x.csv, id: id }
            model: shapes@1.0.0
            decisions: { calibration: { {{calibration}} } }
            """);

        JobResult result = await _bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.Equal(ErrorKind.Request, result.ErrorKind);
        Assert.Contains(complaint, result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();

    private static long Number(JobResult result, string sql) => JobWorkbench.Query(result, sql, r => r.GetInt64(0)).Single();

    private async Task<IReadOnlyList<double[]>> ProbabilitiesAsync(string version, string confidence)
    {
        string pipeline = _bench.Write("shapes.yaml", $$"""
            name: shapes
            source: { path: data/x.csv, id: id }
            model: shapes@{{version}}
            """);
        JobResult result = await _bench.RunAsync(JobWorkbench.Request(pipeline, $"job-{version[0]}"));
        Assert.True(result.Status == JobStatus.Succeeded, result.Error);
        return JobWorkbench.Query(
            result,
            $"select probability_red, probability_green, probability_blue, {confidence} from {{0}}",
            r => Enumerable.Range(0, 4).Select(i => Convert.ToDouble(r.GetValue(i), CultureInfo.InvariantCulture)).ToArray());
    }

    private async Task<JobResult> RunAsync(string decisions, JobStatus expected = JobStatus.Succeeded)
    {
        using JobWorkbench churn = await Churn.BenchAsync();
        string model = Path.Combine(churn.Root, "models");
        foreach (string file in Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(_bench.Root, "models", Path.GetRelativePath(model, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        _bench.Write("data/customers.csv", Churn.Customers(400));
        string pipeline = _bench.Write("churn.yaml", $"""
            name: churn
            source: {"{"} path: data/customers.csv, id: user_id {"}"}
            model: churn@1.0.0
            decisions:
              {decisions}
            output: {"{"} path: scored, include: [region, age] {"}"}
            policy: {"{"} max_failed_records: 0 {"}"}
            """);
        JobResult result = await _bench.RunAsync(JobWorkbench.Request(pipeline));
        Assert.True(result.Status == expected, $"{result.Status}: {result.Error}");
        return result;
    }
}
