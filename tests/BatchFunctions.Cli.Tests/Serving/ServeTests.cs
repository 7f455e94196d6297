using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Cli.Tests.Serving;

/// <summary>A server as a real process, and what starts jobs on it.</summary>
public sealed class ServeTests(AzuriteFixture azurite) : IDisposable
{
    private readonly Batchfn _batchfn = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_is_submitted_runs_to_its_end_and_shows_how()
    {
        await PrepareAsync(2_000);
        using var server = await ServeAsync();

        var outcome = await _batchfn.RunAsync("submit", "nightly", "--server", server.Url, "--wait", "--target-rows", "400");

        outcome.Expect(0);
        Assert.Matches(@"\[0:\d\d\] [A-Z]", outcome.Out);
        Assert.Contains("Batch scoring report: nightly", outcome.Out, StringComparison.Ordinal);
        var job = Assert.Single(await server.ListAsync());
        Assert.Equal("http", job.GetProperty("trigger").GetString());
        Assert.Equal(400, job.GetProperty("targetRows").GetInt64());
        Assert.Contains($"/api/jobs/{IdOf(job)}", outcome.Out, StringComparison.Ordinal);
        var status = (await _batchfn.RunAsync("status", IdOf(job), "--server", server.Url, "--json")).Expect(0).Json;
        Assert.Equal("Succeeded", status.GetProperty("status").GetString());
        Assert.Equal(2_000, status.GetProperty("recordsTotal").GetInt64());
    }

    [Fact]
    public async Task A_submit_with_the_same_key_starts_one_job_and_tells_a_script_so()
    {
        await PrepareAsync(100);
        using var server = await ServeAsync();
        string[] command = ["submit", "nightly", "--server", server.Url, "--idempotency-key", "night of the 8th", "--json"];

        var first = (await _batchfn.RunAsync(command)).Expect(0).Json;
        var second = (await _batchfn.RunAsync([.. command, "--wait"])).Expect(0).Json;

        Assert.True(first.GetProperty("isNew").GetBoolean());
        Assert.Equal(first.GetProperty("jobId").GetString(), second.GetProperty("jobId").GetString());
        Assert.Equal("Succeeded", second.GetProperty("status").GetString());
        Assert.Single(await server.ListAsync());
    }

    [Fact]
    public async Task A_schedule_starts_jobs_of_its_due_times()
    {
        await PrepareAsync(100, "trigger: { schedule: \"*/2 * * * * *\" }");
        using var server = await ServeAsync();

        var jobs = await server.WaitAsync(jobs => jobs.Count(IsSucceeded) >= 2);

        Assert.All(jobs, job => Assert.Equal("timer", job.GetProperty("trigger").GetString()));
        Assert.All(jobs, job => Assert.Matches("^nightly-[0-9]{8}-[0-9]{5}[02468]$", IdOf(job)));
    }

    [Fact]
    public async Task What_the_pipelines_retention_does_not_keep_goes_by_itself()
    {
        await PrepareAsync(100, "retention: { runs: 1ms, work: 1ms }");
        foreach (var job in (string[])["one", "two"])
            (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", job)).Expect(0);
        string[] before = [RunOf("one"), RunOf("two")];

        using var server = await ServeAsync("--clean", "0.001");
        await server.WaitAsync(_ => !Directory.Exists(before[0]) && !Directory.Exists(_batchfn.PathOf("batchfn-data", "work", "two")));

        Assert.True(Directory.Exists(before[1]));
        (await _batchfn.RunAsync("verify", "two", "--all")).Expect(0);
        var audit = Directory.GetFiles(Path.Combine(before[0], "..", "..", "_audit", "one")).Order().Select(File.ReadAllText);
        Assert.All(audit, entry => Assert.Contains("\"batchfn serve\"", entry, StringComparison.Ordinal));

        string RunOf(string job) => Directory.GetDirectories(_batchfn.Folder, job, SearchOption.AllDirectories).Single(f => File.Exists(Path.Combine(f, "manifest.json")));
    }

    [Fact]
    public async Task A_file_that_is_dropped_into_a_folder_starts_a_job()
    {
        await PrepareAsync(100, "trigger: { arrival: { min_files: 1 } }");
        foreach (var file in Directory.GetFiles(_batchfn.PathOf("customers")))
            File.Move(file, _batchfn.PathOf(Path.GetFileName(file)));
        using var server = await ServeAsync("--poll", "0.2");
        Assert.Empty(await server.ListAsync());

        foreach (var file in Directory.GetFiles(_batchfn.Folder, "*.csv"))
            File.Move(file, _batchfn.PathOf("customers", Path.GetFileName(file)));

        var job = Assert.Single(await server.WaitAsync(jobs => jobs.Any(IsSucceeded)));
        Assert.Equal("arrival", job.GetProperty("trigger").GetString());
        Assert.Equal(100, job.GetProperty("result").GetProperty("recordsTotal").GetInt64());
    }

    [Fact]
    public async Task A_blob_that_is_uploaded_starts_a_job_whose_files_are_blobs_too()
    {
        var container = await azurite.CreateContainerAsync(Cancellation);
        await PrepareAsync(100, "");
        _batchfn.Write("nightly.yaml", $$"""
            name: nightly
            source: { path: "azure://{{container.Name}}/in/*.csv", id: user_id }
            model: churn@1.0.0
            output: { path: "azure://{{container.Name}}/scored" }
            trigger: { arrival: { min_files: 1 } }
            """);
        _batchfn.Variables["BATCHFN_STORAGE_CONNECTION"] = await azurite.GetConnectionStringAsync();
        using var server = await ServeAsync("--poll", "0.2", "--root", $"azure://{container.Name}", "--work", $"azure://{container.Name}/work");

        var file = Directory.GetFiles(_batchfn.PathOf("customers")).First();
        await container.GetBlobClient("in/customers.csv").UploadAsync(file, Cancellation);

        var job = Assert.Single(await server.WaitAsync(jobs => jobs.Any(IsSucceeded)));
        Assert.Equal("arrival", job.GetProperty("trigger").GetString());
        Assert.StartsWith($"azure://{container.Name}/scored/nightly/", job.GetProperty("result").GetProperty("runFolder").GetString(), StringComparison.Ordinal);
        var shards = await server.Client.GetFromJsonAsync<JsonElement>($"/api/jobs/{IdOf(job)}/shards", Cancellation);
        Assert.Equal(1, shards.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Accepted_jobs_end_well_although_the_server_is_killed_in_the_middle_of_them_again_and_again()
    {
        await PrepareAsync(8_000);
        var accepted = new HashSet<string>();
        for (var round = 0; round < 4; round++)
        {
            using var server = await ServeAsync("--max-jobs", "3");
            for (var i = 0; i < 4; i++)
                accepted.Add((await _batchfn.RunAsync("submit", "nightly", "--server", server.Url, "--json", "--target-rows", "200", "--job-id", $"night-{round}-{i}")).Expect(0).Json.GetProperty("jobId").GetString()!);
            await server.WaitAsync(jobs => jobs.Any(j => j.TryGetProperty("progress", out var progress) && progress.GetProperty("step").GetString() == "Score" && progress.GetProperty("shardsDone").GetInt32() > 0));
            server.Kill();
        }

        using var last = await ServeAsync();
        var ended = await last.WaitAsync(jobs => jobs.All(j => j.TryGetProperty("result", out _)));

        Assert.Equal(accepted.Order(StringComparer.Ordinal), ended.Select(IdOf).Order(StringComparer.Ordinal));
        Assert.All(ended, job => Assert.True(IsSucceeded(job), job.ToString()));
        Assert.All(ended, job => Assert.Equal(8_000, job.GetProperty("result").GetProperty("recordsTotal").GetInt64()));
        Assert.Single(ended.Select(HashesOf).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_server_that_is_asked_to_stop_leaves_its_jobs_to_the_next_one_and_ends_with_0()
    {
        await PrepareAsync(20_000);
        using var first = await ServeAsync();
        await _batchfn.RunAsync("submit", "nightly", "--server", first.Url, "--job-id", "night-1", "--target-rows", "100");
        await first.WaitAsync(jobs => jobs[0].TryGetProperty("progress", out var progress) && progress.GetProperty("shardsDone").GetInt32() > 0);

        Assert.Equal(0, await first.StopAsync());
        Assert.Equal("Interrupted", (await _batchfn.RunAsync("status", "night-1", "--json")).Expect(0).Json.GetProperty("status").GetString());
        using var second = await ServeAsync();
        await second.WaitAsync(jobs => IsSucceeded(jobs[0]));
    }

    [Fact]
    public async Task A_submit_that_waits_outlives_a_server_that_is_killed_and_started_again()
    {
        await PrepareAsync(10_000);
        var first = await ServeAsync();
        Task<Outcome> waiting;
        using (first)
        {
            waiting = _batchfn.RunAsync("submit", "nightly", "--server", first.Url, "--wait", "--json", "--target-rows", "100");
            await first.WaitAsync(jobs => jobs.Any(j => j.TryGetProperty("progress", out var progress) && progress.GetProperty("shardsDone").GetInt32() > 0));
            first.Kill();
        }

        using var second = await ServeAsync("--port", new Uri(first.Url).Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var outcome = (await waiting).Expect(0);

        Assert.Equal("Succeeded", outcome.Json.GetProperty("status").GetString());
        Assert.Single(await second.ListAsync());
    }

    [Fact]
    public async Task A_watcher_that_is_interrupted_lets_the_job_go_on_and_says_how_to_look_again()
    {
        await PrepareAsync(20_000);
        using var server = await ServeAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var waiting = _batchfn.RunAsync(["submit", "nightly", "--server", server.Url, "--wait", "--job-id", "night-1", "--target-rows", "100"], false, stop.Token);
        await server.WaitAsync(jobs => jobs.Any(j => j.TryGetProperty("progress", out _)));

        await stop.CancelAsync();
        var outcome = (await waiting).Expect(130);

        Assert.Contains($"batchfn status night-1 --server {server.Url}", outcome.Error, StringComparison.Ordinal);
        await server.WaitAsync(jobs => IsSucceeded(jobs[0]));
    }

    [Fact]
    public async Task A_job_that_fails_on_the_server_ends_the_watcher_as_run_would_end()
    {
        await PrepareAsync(100);
        using var server = await ServeAsync();

        var refused = await _batchfn.RunAsync("submit", "nightly", "--server", server.Url, "--wait", "--model", "churn@9.9.9");
        var cancelled = await _batchfn.RunAsync("cancel", IdOf((await server.ListAsync())[0]), "--server", server.Url);

        var retried = await _batchfn.RunAsync("retry", IdOf((await server.ListAsync())[0]), "--server", server.Url, "--json");

        Assert.Contains("churn", refused.Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal("Failed", retried.Expect(2).Json.GetProperty("status").GetString());
        Assert.Equal(2, Assert.Single(await server.ListAsync()).GetProperty("run").GetInt32());
        Assert.Contains("there is nothing to cancel", cancelled.Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_in_its_words()
    {
        await PrepareAsync(100);
        using var server = await ServeAsync();

        var withoutKey = await _batchfn.RunAsync("submit", "nightly", "--server", server.Url, "--key", "another key");
        var outside = await _batchfn.RunAsync("submit", "nightly", "--server", server.Url, "--input", "/etc/passwd");
        var mistyped = await _batchfn.RunAsync("submit", "nihgtly", "--server", server.Url);
        using var anonymous = new HttpClient { BaseAddress = new Uri(server.Url) };

        Assert.Contains("wants its key", withoutKey.Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("leads out of the folders", outside.Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("Some that there are: nightly", mistyped.Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.GetAsync("/api/jobs", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await anonymous.GetAsync("/api/health", Cancellation)).StatusCode);
        Assert.Empty(await server.ListAsync());
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_folder_says_so_and_ends()
    {
        await PrepareAsync(100);
        using var server = await ServeAsync();

        var second = await _batchfn.RunAsync("serve", "--port", "0", "--pipelines", ".");

        Assert.Contains("serves the journal", second.Expect(2).Error, StringComparison.Ordinal);
        Assert.NotNull(await server.ListAsync());
    }

    [Theory]
    [InlineData("BATCHFN_API_KEY has to be set", "--listen", "0.0.0.0")]
    [InlineData("--listen is 'everywhere'", "--listen", "everywhere")]
    [InlineData("--port has to be", "--port", "70000")]
    [InlineData("--poll has to be", "--poll", "0")]
    [InlineData("--max-jobs is 0", "--max-jobs", "0")]
    [InlineData("No blob account is configured", "--root", "azure://data")]
    public async Task A_wrong_command_line_is_refused_before_anything_is_opened(string message, params string[] args)
    {
        var outcome = (await _batchfn.RunAsync(["serve", .. args])).Expect(2);

        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_batchfn.PathOf("batchfn-data", "work", "journal.db")));
    }

    [Fact]
    public async Task A_server_with_a_key_of_its_own_writes_none_down()
    {
        await PrepareAsync(100);
        _batchfn.Variables["BATCHFN_API_KEY"] = "a key has no blanks";
        Assert.Contains("BATCHFN_API_KEY holds no key", (await _batchfn.RunAsync("serve", "--port", "0")).Expect(2).Error, StringComparison.Ordinal);
        _batchfn.Variables["BATCHFN_API_KEY"] = "0123456789abcdef0123456789abcdef";
        using var server = await ServeAsync();

        (await _batchfn.RunAsync("submit", "nightly", "--server", server.Url, "--wait")).Expect(0);

        Assert.False(File.Exists(_batchfn.PathOf("batchfn-data", "api-key")));
        Assert.DoesNotContain("0123456789abcdef", server.Log, StringComparison.Ordinal);
    }

    public void Dispose() => _batchfn.Dispose();

    private static string IdOf(JsonElement job) => job.GetProperty("jobId").GetString()!;

    private static bool IsSucceeded(JsonElement job) => job.GetProperty("status").GetString() == "Succeeded";

    private static string HashesOf(JsonElement job)
    {
        var folder = job.GetProperty("result").GetProperty("runFolder").GetString()!;
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "manifest.json")));
        return manifest.RootElement.GetProperty("predictions").ToString();
    }

    private Task PrepareAsync(int rows, string more = "") => Customers.PrepareAsync(_batchfn, rows, more);

    private Task<Server> ServeAsync(params string[] args) => Server.StartAsync(_batchfn, ["--pipelines", ".", .. args]);
}
