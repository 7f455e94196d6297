using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace BatchFunctions.Cli.Tests.Serving;

/// <summary>
/// 200 callers at once, for as many seconds as <c>BATCHFN_LOAD_SECONDS</c> says, else for a few. What is measured is written out; only
/// errors and lost jobs fail the test.
/// </summary>
public sealed class LoadTests : IDisposable
{
    private const int Callers = 200;
    private const int JobsPerSecond = 25;

    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(8);

    private readonly Batchfn _batchfn = new();
    private readonly ConcurrentDictionary<string, bool> _accepted = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string What, double Milliseconds)> _answers = [];
    private readonly ConcurrentQueue<string> _errors = [];
    private int _posts;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static double Seconds => double.Parse(Environment.GetEnvironmentVariable("BATCHFN_LOAD_SECONDS") ?? "3", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Two_hundred_callers_see_no_error_and_no_job_is_lost_although_the_server_is_killed_then()
    {
        await Customers.PrepareAsync(_batchfn, 20);
        using (var server = await Server.StartAsync(_batchfn, "--pipelines", "."))
        {
            (await PostAsync(server)).Dispose();
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(server, caller, start), Cancellation)));
            Write(Stopwatch.GetElapsedTime(start));
            server.Kill();
        }

        Assert.Empty(_errors);
        using var next = await Server.StartAsync(_batchfn, "--pipelines", ".");
        var ended = await EndAsync(next);
        Assert.Equal(_accepted.Keys.Order(StringComparer.Ordinal), ended.Keys.Order(StringComparer.Ordinal));
        Assert.All(ended.Values, status => Assert.Equal("Succeeded", status));
    }

    public void Dispose() => _batchfn.Dispose();

    private async Task CallAsync(Server server, int caller, long start)
    {
        for (var turn = caller; Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds; turn++)
        {
            var job = _accepted.Keys.First();
            await MeasureAsync((turn % 4) switch
            {
                0 when Interlocked.Increment(ref _posts) <= JobsPerSecond * Seconds => ("POST job", () => PostAsync(server)),
                1 => ("GET list", () => server.Client.GetAsync("/api/jobs?limit=20", Cancellation)),
                2 => ("GET shards", () => server.Client.GetAsync($"/api/jobs/{job}/shards", Cancellation)),
                _ => ("GET job", () => server.Client.GetAsync($"/api/jobs/{job}", Cancellation)),
            });
        }
    }

    private async Task MeasureAsync((string What, Func<Task<HttpResponseMessage>> Call) request)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await request.Call();
            if (!response.IsSuccessStatusCode)
                _errors.Enqueue($"{request.What}: {await response.Content.ReadAsStringAsync(Cancellation)}");
        }
        catch (HttpRequestException exception)
        {
            _errors.Enqueue($"{request.What}: {exception.Message}");
        }

        _answers.Enqueue((request.What, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
    }

    private async Task<HttpResponseMessage> PostAsync(Server server)
    {
        var response = await server.Client.PostAsJsonAsync("/api/jobs", new { pipeline = "nightly" }, Cancellation);
        if (response.StatusCode == HttpStatusCode.Accepted)
            _accepted[(await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("jobId").GetString()!] = true;
        return response;
    }

    private static async Task<Dictionary<string, string>> EndAsync(Server server)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            Dictionary<string, string> jobs = [];
            for (string? after = ""; after is not null;)
            {
                var page = await server.Client.GetFromJsonAsync<JsonElement>($"/api/jobs?limit=500{after}", Cancellation);
                foreach (var job in page.GetProperty("jobs").EnumerateArray())
                    jobs[job.GetProperty("jobId").GetString()!] = job.GetProperty("status").GetString()!;
                after = page.TryGetProperty("next", out var next) ? $"&after={Uri.EscapeDataString(next.GetString()!)}" : null;
            }

            if (jobs.Values.All(status => status is "Succeeded" or "SucceededWithWarnings" or "Failed" or "Cancelled"))
                return jobs;
            Assert.True(Stopwatch.GetElapsedTime(start) < EndLimit, $"{jobs.Values.Count(s => s != "Succeeded")} jobs have not ended.");
            await Task.Delay(200, Cancellation);
        }
    }

    private void Write(TimeSpan elapsed)
    {
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine(FormattableString.Invariant($"{_answers.Count} answers in {elapsed.TotalSeconds:0.0} s: {_answers.Count / elapsed.TotalSeconds:0}/s; {_accepted.Count} jobs accepted; {_errors.Count} errors"));
        foreach (var group in _answers.GroupBy(a => a.What).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            double[] times = [.. group.Select(a => a.Milliseconds).Order()];
            output.WriteLine(FormattableString.Invariant($"{group.Key}: {times.Length}, median {At(times, 0.5):0.0} ms, 95 % {At(times, 0.95):0.0} ms, 99 % {At(times, 0.99):0.0} ms, most {times[^1]:0.0} ms"));
        }
    }

    private static double At(double[] times, double share) => times[(int)(share * (times.Length - 1))];
}
