namespace BatchFunctions.Cli.Tests;

public sealed class JobCommandTests : IDisposable
{
    private readonly Batchfn _batchfn = new();

    [Fact]
    public async Task A_job_can_be_planned_run_asked_for_and_read()
    {
        await Customers.PrepareAsync(_batchfn, 3000);

        var plan = (await _batchfn.RunAsync("plan", Customers.Pipeline)).Expect(0);
        Assert.Contains("churn@1.0.0", plan.Out, StringComparison.Ordinal);
        Assert.Contains("3,000", plan.Out, StringComparison.Ordinal);
        Assert.Contains("Estimated time: unknown", plan.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_batchfn.PathOf("scored")));
        Assert.False(Directory.Exists(_batchfn.PathOf("batchfn-data", "work")));

        var run = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-1", "--date", "2026-02-08")).Expect(0);
        Assert.Contains("[0:0", run.Out, StringComparison.Ordinal);
        Assert.Contains(" Score: ", run.Out, StringComparison.Ordinal);
        Assert.Contains(_batchfn.PathOf("scored", "nightly", "2026-02-08", "night-1"), run.Out, StringComparison.Ordinal);

        var again = (await _batchfn.RunAsync("plan", Customers.Pipeline, "--json")).Expect(0).Json;
        Assert.Equal(3000, again.GetProperty("records").GetInt64());
        Assert.Equal(again.GetProperty("shards").GetInt32(), again.GetProperty("shardList").GetArrayLength());
        Assert.True(again.GetProperty("estimatedSeconds").GetDouble() > 0);

        Assert.Contains("Succeeded", (await _batchfn.RunAsync("status", "night-1")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Equal("night-1", (await _batchfn.RunAsync("status", "night-1", "--json")).Expect(0).Json.GetProperty("jobId").GetString());
        Assert.Contains("night-1", (await _batchfn.RunAsync("list")).Expect(0).Out, StringComparison.Ordinal);
        var report = (await _batchfn.RunAsync("report", "night-1")).Expect(0).Out;
        Assert.Contains("3,000", report, StringComparison.Ordinal);
        Assert.Equal(report, (await _batchfn.RunAsync("report", "night-1", "--json")).Expect(0).Json.GetProperty("report").GetString());
    }

    [Fact]
    public async Task The_same_id_is_the_same_job()
    {
        await Customers.PrepareAsync(_batchfn, 1000);
        var first = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-1", "--json")).Expect(0);

        var second = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-1", "--json")).Expect(0);
        var other = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-1", "--json", "--target-rows", "7")).Expect(2);
        Assert.Equal("Succeeded", other.Json.GetProperty("status").GetString());

        Assert.Equal(first.Json.GetRawText(), second.Json.GetRawText());
        Assert.Contains("is not run again", second.Error, StringComparison.Ordinal);
        Assert.Contains("night-1", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_tells_a_person_and_a_script_whether_the_output_is_what_it_claims()
    {
        await Customers.PrepareAsync(_batchfn, 1000);
        (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-1")).Expect(0);

        Assert.Contains("Verified: ", (await _batchfn.RunAsync("verify", "night-1", "--all")).Expect(0).Out, StringComparison.Ordinal);
        var right = (await _batchfn.RunAsync("verify", "night-1", "--json")).Expect(0).Json;
        Assert.Equal((true, true), (right.GetProperty("verified").GetBoolean(), right.GetProperty("complete").GetBoolean()));

        var part = PublishedParts().First();
        File.AppendAllText(part, "x");
        var wrong = (await _batchfn.RunAsync("verify", "night-1", "--json")).Expect(1).Json;
        Assert.False(wrong.GetProperty("verified").GetBoolean());
        Assert.Equal(part, wrong.GetProperty("checks").EnumerateArray().SelectMany(c => c.GetProperty("problems").EnumerateArray()).Single().GetProperty("file").GetString());
        var told = (await _batchfn.RunAsync("verify", "night-1")).Expect(1);
        Assert.Contains(part, told.Out, StringComparison.Ordinal);
        Assert.Contains("Not verified: ", told.Out, StringComparison.Ordinal);

        Assert.Contains("night-2", (await _batchfn.RunAsync("verify", "night-2")).Expect(2).Error, StringComparison.Ordinal);
        (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-3", "--model", "churn@9.9.9")).Expect(2);
        Assert.Contains("published nothing", (await _batchfn.RunAsync("verify", "night-3")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_replace_what_the_pipeline_says()
    {
        await Customers.PrepareAsync(_batchfn, 1000);
        Directory.Move(_batchfn.PathOf("customers"), _batchfn.PathOf("elsewhere"));

        var outcome = (await _batchfn.RunAsync(
            "run", Customers.Pipeline, "--input", "elsewhere/*.csv", "--output", "other", "--max-parallel", "1", "--target-rows", "300", "--json")).Expect(0);

        DemoTests.AssertComplete(outcome.Json, 1000);
        var folder = outcome.Json.GetProperty("runFolder").GetString()!;
        Assert.StartsWith(_batchfn.PathOf("other"), folder, StringComparison.Ordinal);
        Assert.True(Directory.GetFiles(Path.Combine(folder, "predictions")).Length >= 3);
    }

    [Theory]
    [InlineData("modle: churn@1.0.0", "nightly.yaml:9:1", "model")]
    [InlineData("policy: { on_breach: explode }", "nightly.yaml:9:", "explode")]
    public async Task A_wrong_pipeline_ends_with_2_and_the_line(string line, string place, string word)
    {
        await Customers.PrepareAsync(_batchfn, 100);
        Customers.WritePipeline(_batchfn, line);

        foreach (var command in new[] { "run", "plan" })
        {
            var outcome = (await _batchfn.RunAsync(command, Customers.Pipeline)).Expect(2);
            Assert.Contains(place, outcome.Error, StringComparison.Ordinal);
            Assert.Contains(word, outcome.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(_batchfn.PathOf("scored")));
    }

    [Theory]
    [InlineData("--model", "churn@9.9.9", "9.9.9")]
    [InlineData("--model", "chum@1.0.0", "churn")]
    [InlineData("--model", "churn@latest", "latest")]
    [InlineData("--input", "nothing-here/*.csv", "nothing-here")]
    public async Task A_request_for_what_is_not_there_ends_with_2(string option, string value, string word)
    {
        await Customers.PrepareAsync(_batchfn, 100);

        var outcome = (await _batchfn.RunAsync("run", Customers.Pipeline, option, value, "--json")).Expect(2);

        Assert.Contains(word, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("Failed", outcome.Json.GetProperty("status").GetString());
        Assert.Contains(word, outcome.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Empty(PublishedParts());
    }

    [Fact]
    public async Task A_pipeline_that_is_not_there_ends_with_2()
    {
        var outcome = (await _batchfn.RunAsync("run", "no-such.yaml")).Expect(2);

        Assert.Contains("no-such.yaml", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_breach_that_fails_the_job_ends_with_1()
    {
        await Customers.PrepareAsync(_batchfn, 5000, "policy: { max_failed_records: 0, on_breach: fail }");

        var outcome = (await _batchfn.RunAsync("run", Customers.Pipeline, "--json")).Expect(1);

        Assert.Equal("Failed", outcome.Json.GetProperty("status").GetString());
        Assert.Contains("failed:", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(PublishedParts());
    }

    [Fact]
    public async Task An_interrupted_job_says_how_to_continue_and_continues_from_any_folder()
    {
        await Customers.PrepareAsync(_batchfn, 20_000);

        var interrupted = (await InterruptAsync("night-1")).Expect(130);
        Assert.Contains("batchfn resume night-1", interrupted.Error, StringComparison.Ordinal);
        Assert.Equal("Interrupted", (await _batchfn.RunAsync("status", "night-1", "--json")).Json.GetProperty("status").GetString());
        Assert.Empty(PublishedParts());

        using var elsewhere = new Batchfn();
        var resumed = (await elsewhere.RunAsync("resume", "night-1", "--data", _batchfn.PathOf("batchfn-data"), "--json")).Expect(0);

        DemoTests.AssertComplete(resumed.Json, 20_000);
    }

    [Fact]
    public async Task A_cancelled_job_stays_cancelled_until_it_is_retried()
    {
        await Customers.PrepareAsync(_batchfn, 20_000);
        (await InterruptAsync("night-1")).Expect(130);

        Assert.Equal("Cancelled", (await _batchfn.RunAsync("cancel", "night-1", "--json")).Expect(0).Json.GetProperty("status").GetString());

        Assert.Equal("Cancelled", (await _batchfn.RunAsync("status", "night-1", "--json")).Json.GetProperty("status").GetString());
        Assert.Contains("was cancelled", (await _batchfn.RunAsync("resume", "night-1")).Expect(130).Error, StringComparison.Ordinal);
        Assert.Contains("ended already", (await _batchfn.RunAsync("cancel", "night-1")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Empty(PublishedParts());
        Assert.Contains("batchfn retry night-1", (await _batchfn.RunAsync("status", "night-1")).Expect(0).Out, StringComparison.Ordinal);

        DemoTests.AssertComplete((await _batchfn.RunAsync("retry", "night-1", "--json")).Expect(0).Json, 20_000);

        Assert.Contains("Succeeded", (await _batchfn.RunAsync("retry", "night-1")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("no job 'night-2'", (await _batchfn.RunAsync("retry", "night-2")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_sees_the_progress_move()
    {
        await Customers.PrepareAsync(_batchfn, 3000);

        var outcome = (await _batchfn.RunAsync(["run", Customers.Pipeline], true, TestContext.Current.CancellationToken)).Expect(0);

        Assert.Contains("6/6 shards", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("100%", outcome.Out, StringComparison.Ordinal);
    }

    public void Dispose() => _batchfn.Dispose();

    private Task<Outcome> InterruptAsync(string jobId)
    {
        var stop = new CancellationTokenSource();
        _batchfn.OnLine = line =>
        {
            if (line.Contains("] Score", StringComparison.Ordinal))
                stop.Cancel();
        };
        return _batchfn.RunAsync(["run", Customers.Pipeline, "--job-id", jobId, "--max-parallel", "1", "--target-rows", "200"], false, stop.Token);
    }

    private IEnumerable<string> PublishedParts() =>
        Directory.Exists(_batchfn.PathOf("scored"))
            ? Directory.GetFiles(_batchfn.PathOf("scored"), "part-*", SearchOption.AllDirectories).Where(p => p.Contains("/predictions/", StringComparison.Ordinal) && !p.Contains("/_", StringComparison.Ordinal))
            : [];
}
