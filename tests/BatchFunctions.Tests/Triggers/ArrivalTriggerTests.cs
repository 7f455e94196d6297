using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;
using static BatchFunctions.Tests.Triggers.TriggerBench;

namespace BatchFunctions.Tests.Triggers;

public sealed class ArrivalTriggerTests(AzuriteFixture azurite) : IDisposable
{
    private readonly TriggerBench _bench = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_arrives_starts_a_job_for_itself()
    {
        TriggerProcess process = await ProcessAsync("arrival: {}");
        string address = await _bench.WriteAsync("in/a.csv", "a");
        await _bench.WriteAsync("in/b.csv", "b");

        JobStart start = Assert.Single(await process.Arrivals.ArrivedAsync(address, Cancellation));

        Assert.True(start.IsNew);
        JobRequest job = Assert.Single(_bench.Engine.Jobs);
        Assert.StartsWith("churn-", job.JobId, StringComparison.Ordinal);
        Assert.Equal(
            new JobRequest
            {
                JobId = job.JobId,
                Pipeline = $"{_bench.PipelinesAddress}/churn.yaml",
                PipelineName = "churn",
                Trigger = "arrival",
                RequestedAt = Start,
                Date = new DateOnly(2026, 2, 8),
                Arrivals = $"{_bench.Address}/work/_triggers/arrivals/churn/lists/{job.JobId}.json",
            },
            job);
        Assert.Equal([("in/a.csv", (await _bench.FindAsync("in/a.csv"))!.ETag)], await _bench.FilesOfAsync(job));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_same_event_told_again_and_again_starts_one_job(int minFiles)
    {
        TriggerProcess process = await ProcessAsync($"arrival: {{ min_files: {minFiles} }}");
        string a = await _bench.WriteAsync("in/a.csv", "a"), b = await _bench.WriteAsync("in/b.csv", "b");
        if (minFiles == 1)
            await _bench.DeleteAsync("in/b.csv");

        for (int i = 0; i < 3; i++)
            await process.Arrivals.ArrivedAsync(a, Cancellation);
        await process.Arrivals.ArrivedAsync(b, Cancellation);
        _bench.Time.Advance(TimeSpan.FromHours(23));
        foreach (string address in (string[])[b, a, a, b])
            await new TriggerProcess(_bench).Arrivals.ArrivedAsync(address, Cancellation);

        Assert.Equal([minFiles == 1 ? "in/a.csv" : "in/a.csv in/b.csv"], await _bench.NamesByJobAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Events_told_at_many_processes_at_once_are_neither_lost_nor_doubled(int minFiles)
    {
        await ProcessAsync($"arrival: {{ min_files: {minFiles} }}");
        List<string> addresses = [];
        for (int i = 0; i < 12; i++)
            addresses.Add(await _bench.WriteAsync($"in/{i}.csv", "x"));
        TriggerProcess[] processes = [.. Enumerable.Range(0, 4).Select(_ => new TriggerProcess(_bench))];

        await Task.WhenAll(processes.SelectMany(p => addresses.Concat(addresses).Select(a => Task.Run(() => p.Arrivals.ArrivedAsync(a, Cancellation), Cancellation))));

        string[] files = [.. (await _bench.NamesByJobAsync()).SelectMany(n => n.Split(' ')).Order(StringComparer.Ordinal)];
        Assert.Equal([.. Enumerable.Range(0, 12).Select(i => $"in/{i}.csv").Order(StringComparer.Ordinal)], files);
        Assert.Equal(12 / minFiles, _bench.Engine.Jobs.Count);
    }

    [Fact]
    public async Task Files_are_collected_until_they_are_enough_and_have_enough_bytes()
    {
        TriggerProcess process = await ProcessAsync("arrival: { min_files: 2, min_bytes: 10 }");

        foreach ((string name, string content) in ((string, string)[])[("a", "123"), ("b", "123"), ("c", "1234"), ("d", "1234567890")])
            await process.Arrivals.ArrivedAsync(await _bench.WriteAsync($"in/{name}.csv", content), Cancellation);

        Assert.Equal(["in/a.csv in/b.csv in/c.csv"], await _bench.NamesByJobAsync());
        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/e.csv", "1"), Cancellation);
        Assert.Equal(["in/a.csv in/b.csv in/c.csv", "in/d.csv in/e.csv"], await _bench.NamesByJobAsync());
    }

    [Fact]
    public async Task What_has_waited_for_max_wait_starts_with_what_there_is()
    {
        TriggerProcess process = await ProcessAsync("arrival: { min_files: 10, max_wait: 15m }");
        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/a.csv", "a"), Cancellation);
        _bench.Time.Advance(TimeSpan.FromMinutes(10));
        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/b.csv", "b"), Cancellation);

        _bench.Time.Advance(TimeSpan.FromMinutes(4.9));
        Assert.Empty(await process.Arrivals.StartDueAsync(Cancellation));
        _bench.Time.Advance(TimeSpan.FromMinutes(0.1));
        Assert.Single(await new TriggerProcess(_bench).Arrivals.StartDueAsync(Cancellation));

        Assert.Equal(["in/a.csv in/b.csv"], await _bench.NamesByJobAsync());
        Assert.Empty(await process.Arrivals.StartDueAsync(Cancellation));
    }

    [Fact]
    public async Task The_day_of_files_without_a_date_is_that_of_the_first()
    {
        TriggerProcess process = await ProcessAsync("arrival: { min_files: 2, max_wait: 2d }");
        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/a.csv", "a"), Cancellation);
        _bench.Time.Advance(TimeSpan.FromDays(1));
        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/b.csv", "b"), Cancellation);

        Assert.Equal(new DateOnly(2026, 2, 8), Assert.Single(_bench.Engine.Jobs).Date);
    }

    [Theory]
    [InlineData("in/dt={date}/*.csv", "in/dt=2026-01-05/", "in/dt=2025-12-31/")]
    [InlineData("in/{date:yyyy/MM/dd}", "in/2026/01/05/", "in/2025/12/31/part/")]
    [InlineData("in/{date:yyyy}/{date:MM}-{date:dd}/**/*.csv", "in/2026/01-05/", "in/2025/12-31/x/y/")]
    [InlineData("in/*_{date:yyyyMMdd}*.csv", "in/east_20260105", "in/west_20251231-")]
    [InlineData("in/{a,b}/{date:ddMMMyyyy}?.csv", "in/a/05Jan2026", "in/b/31Dec2025")]
    public async Task Files_of_different_dates_are_collected_apart(string source, string first, string second)
    {
        TriggerProcess process = await ProcessAsync("arrival: { min_files: 2 }", source);
        foreach (string name in (string[])[$"{first}1.csv", $"{second}1.csv", $"{second}2.csv", $"{first}2.csv"])
            await process.Arrivals.ArrivedAsync(await _bench.WriteAsync(name, "x"), Cancellation);

        Assert.Equal([$"{second}1.csv {second}2.csv", $"{first}1.csv {first}2.csv"], await _bench.NamesByJobAsync());
        Assert.Equal([new DateOnly(2025, 12, 31), new DateOnly(2026, 1, 5)], _bench.Engine.Jobs.Select(j => j.Date!.Value));
    }

    [Theory]
    [InlineData("in/*.csv", "in/_a.csv")]
    [InlineData("in/*.csv", "in/sub/a.csv")]
    [InlineData("in/*.csv", "in/a.csv.tmp")]
    [InlineData("in/*.csv", "in2/a.csv")]
    [InlineData("in/*", "in/readme.txt")]
    [InlineData("in", "in/_temporary/a.csv")]
    [InlineData("in", "in/readme.txt")]
    [InlineData("in", "in2/a.csv")]
    [InlineData("in/{date}/*.csv", "in/today/a.csv")]
    [InlineData("in/{date}/*.csv", "in/2026-02-30/a.csv")]
    public async Task A_file_that_the_source_does_not_mean_starts_nothing(string source, string name)
    {
        TriggerProcess process = await ProcessAsync("arrival: {}", source);
        string address = await _bench.WriteAsync(name, "x");

        await process.Arrivals.ArrivedAsync(address, Cancellation);
        await process.Arrivals.PollAsync(Cancellation);
        await process.Arrivals.PollAsync(Cancellation);

        Assert.Empty(_bench.Engine.Jobs);
    }

    [Fact]
    public async Task A_file_that_is_gone_or_empty_is_left_out()
    {
        TriggerProcess process = await ProcessAsync("arrival: {}");
        await process.Arrivals.ArrivedAsync($"{_bench.Address}/in/gone.csv", Cancellation);
        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/empty.csv", ""), Cancellation);

        Assert.Empty(_bench.Engine.Jobs);

        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/empty.csv", "full"), Cancellation);
        Assert.Equal(["in/empty.csv"], await _bench.NamesByJobAsync());
    }

    [Fact]
    public async Task A_new_version_takes_the_place_of_one_that_waits_and_gets_a_job_of_its_own_after_one_that_started()
    {
        TriggerProcess process = await ProcessAsync("arrival: { min_files: 2 }");
        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/a.csv", "1"), Cancellation);
        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/a.csv", "22"), Cancellation);
        Assert.Empty(_bench.Engine.Jobs);

        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/b.csv", "1"), Cancellation);
        string second = (await _bench.FindAsync("in/a.csv"))!.ETag;
        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/a.csv", "333"), Cancellation);
        _bench.Time.Advance(TimeSpan.FromMinutes(15));
        await process.Arrivals.StartDueAsync(Cancellation);

        Assert.Equal(["in/a.csv in/b.csv", "in/a.csv"], await _bench.NamesByJobAsync());
        Assert.Equal(("in/a.csv", second), (await _bench.FilesOfAsync(_bench.Engine.Jobs[0]))[0]);
    }

    [Fact]
    public async Task A_file_that_two_pipelines_mean_starts_a_job_of_each()
    {
        TriggerProcess process = await ProcessAsync("arrival: {}");
        await _bench.WriteAsync("pipelines/other.yaml", Pipeline("other", "arrival: {}", "in"));
        await _bench.WriteAsync("pipelines/timed.yaml", Pipeline("timed", "schedule: 0 0 2 * * *", "in"));

        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/a.csv", "a"), Cancellation);

        Assert.Equal(["churn", "other"], _bench.Engine.Jobs.Select(j => j.PipelineName));
    }

    [Theory]
    [InlineData("{ not yaml")]
    [InlineData("name: other\nsource: { path: \"in/*.csv\" }\nmodel: other@1\ntrigger: { arrival: {} }\nscoring: { tier: elsewhere }\n")]
    public async Task An_event_that_may_be_for_a_file_that_is_wrong_is_to_be_told_again(string wrong)
    {
        await _bench.WriteAsync("pipelines/other.yaml", wrong);
        var process = new TriggerProcess(_bench);
        string address = await _bench.WriteAsync("in/a.csv", "a");

        var refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => process.Arrivals.ArrivedAsync(address, Cancellation));
        Assert.Contains("other.yaml, which is wrong", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(await process.Arrivals.PollAsync(Cancellation));
        await _bench.WriteAsync("pipelines/other.yaml", Pipeline("other", "arrival: {}"));
        Assert.Single(await process.Arrivals.ArrivedAsync(address, Cancellation));
    }

    [Theory]
    [InlineData("{ not yaml")]
    [InlineData("name: other\nsource: { path: \"elsewhere/*.csv\" }\nmodel: other@1\ntrigger: { arrival: {} }\nscoring: { tier: container }\n")]
    [InlineData("name: other\nsource: { path: \"in/*.csv\" }\nmodel: other@1\nscoring: { tier: container }\n")]
    public async Task An_event_that_is_for_another_pipeline_does_not_mind_a_file_that_is_wrong(string wrong)
    {
        TriggerProcess process = await ProcessAsync("arrival: {}");
        await _bench.WriteAsync("pipelines/other.yaml", wrong);

        Assert.Single(await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/a.csv", "a"), Cancellation));
    }

    [Fact]
    public async Task A_poll_takes_up_what_lies_there_once_it_is_seen_unchanged_twice()
    {
        await _bench.WriteAsync("in/a.csv", "a");
        await _bench.WriteAsync("in/b.csv", "b");
        TriggerProcess process = await ProcessAsync("arrival: {}");

        Assert.Empty(await process.Arrivals.PollAsync(Cancellation));
        await _bench.WriteAsync("in/b.csv", "b, and more");
        await process.Arrivals.PollAsync(Cancellation);
        Assert.Equal(["in/a.csv"], await _bench.NamesByJobAsync());
        await process.Arrivals.PollAsync(Cancellation);
        await process.Arrivals.PollAsync(Cancellation);

        Assert.Equal(["in/a.csv", "in/b.csv"], await _bench.NamesByJobAsync());
    }

    [Fact]
    public async Task What_lies_in_the_source_is_never_taken_up_again_however_long_it_lies_there()
    {
        await _bench.WriteAsync("in/a.csv", "a");
        TriggerProcess process = await ProcessAsync("arrival: {}");
        await process.Arrivals.PollAsync(Cancellation);
        string moved = await _bench.WriteAsync("in/moved.csv", "m");
        await process.Arrivals.ArrivedAsync(moved, Cancellation);
        await process.Arrivals.PollAsync(Cancellation);
        await _bench.DeleteAsync("in/moved.csv");
        for (int day = 0; day < 20; day++)
        {
            process = new TriggerProcess(_bench);
            await process.Arrivals.PollAsync(Cancellation);
            await process.Arrivals.PollAsync(Cancellation);
            await process.Arrivals.StartDueAsync(Cancellation);
            _bench.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(["in/moved.csv", "in/a.csv"], await _bench.NamesByJobAsync());
        Assert.Equal(1, await RememberedAsync());
    }

    [Fact]
    public async Task A_source_that_has_vanished_makes_nothing_be_forgotten()
    {
        string address = await _bench.WriteAsync("in/a.csv", "a");
        TriggerProcess process = await ProcessAsync("arrival: {}");
        await process.Arrivals.ArrivedAsync(address, Cancellation);
        Directory.Move($"{_bench.Address}/in", $"{_bench.Address}/unmounted");
        _bench.Time.Advance(TimeSpan.FromDays(30));
        await process.Arrivals.StartDueAsync(Cancellation);
        Directory.Move($"{_bench.Address}/unmounted", $"{_bench.Address}/in");

        await process.Arrivals.PollAsync(Cancellation);
        await process.Arrivals.PollAsync(Cancellation);

        Assert.Single(_bench.Engine.Jobs);
    }

    [Fact]
    public async Task A_start_that_fails_is_tried_again_by_whoever_comes_next()
    {
        TriggerProcess process = await ProcessAsync("arrival: {}");
        string a = await _bench.WriteAsync("in/a.csv", "a"), b = await _bench.WriteAsync("in/b.csv", "b");
        _bench.Engine.IsDown = _ => true;

        Assert.Equal(ErrorKind.Transient, (await Assert.ThrowsAsync<BatchFunctionsException>(() => process.Arrivals.ArrivedAsync(a, Cancellation))).Kind);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<BatchFunctionsException>(() => process.Arrivals.ArrivedAsync(a, Cancellation));
        await Assert.ThrowsAsync<BatchFunctionsException>(() => process.Arrivals.StartDueAsync(Cancellation));
        _bench.Engine.IsDown = _ => false;
        Assert.Equal(2, (await new TriggerProcess(_bench).Arrivals.ArrivedAsync(b, Cancellation)).Count);

        Assert.Equal(["in/a.csv", "in/b.csv"], await _bench.NamesByJobAsync());
    }

    [Fact]
    public async Task An_id_that_belongs_to_another_job_is_told_once_and_passed_over()
    {
        TriggerProcess process = await ProcessAsync("arrival: {}");
        string address = await _bench.WriteAsync("in/a.csv", "a");
        process.Outage.StrikeAt(0, afterwards: false);
        await Assert.ThrowsAnyAsync<Exception>(() => process.Arrivals.ArrivedAsync(address, Cancellation));
        _bench.Engine.IsDown = r => throw new SimulatedCrashException();
        await Assert.ThrowsAnyAsync<Exception>(() => new TriggerProcess(_bench).Arrivals.ArrivedAsync(address, Cancellation));
        string list = Assert.Single(Directory.GetFiles($"{_bench.Address}/work/_triggers/arrivals/churn/lists"));
        _bench.Engine.IsDown = _ => false;
        _bench.Engine.Start(new JobRequest { JobId = Path.GetFileNameWithoutExtension(list), Pipeline = "elsewhere.yaml", RequestedAt = Start });

        process = new TriggerProcess(_bench);
        Assert.Empty(await process.Arrivals.StartDueAsync(Cancellation));
        Assert.Empty(await process.Arrivals.ArrivedAsync(address, Cancellation));

        Assert.Single(_bench.Log.Of(LogLevel.Error), l => l.Contains("another job has the id", StringComparison.Ordinal));
        Assert.Single(_bench.Engine.Jobs);
    }

    [Fact]
    public async Task A_changed_source_leaves_out_what_it_does_not_mean_any_more()
    {
        TriggerProcess process = await ProcessAsync("arrival: { min_files: 3 }");
        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/a-2026-01-05.csv", "a"), Cancellation);
        await process.Arrivals.ArrivedAsync(await _bench.WriteAsync("in/b.csv", "b"), Cancellation);
        await _bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", "arrival: { min_files: 3, max_wait: 20m }", "in/a-{date}.csv"));

        await process.Arrivals.StartDueAsync(Cancellation);
        _bench.Time.Advance(TimeSpan.FromMinutes(20));
        await process.Arrivals.StartDueAsync(Cancellation);

        Assert.Equal(["in/a-2026-01-05.csv"], await _bench.NamesByJobAsync());
        Assert.Equal(new DateOnly(2026, 1, 5), _bench.Engine.Jobs[0].Date);
        Assert.Contains("in/b.csv had arrived", Assert.Single(_bench.Log.Of(LogLevel.Warning)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blobs_arrive_by_every_form_of_their_address_and_those_of_others_are_not_looked_at()
    {
        string connection = await azurite.GetConnectionStringAsync();
        var container = await azurite.CreateContainerAsync(Cancellation);
        using var bench = new TriggerBench(
            new StoreResolver(new StoreOptions { AzureConnectionString = connection, AllowedRoots = [$"azure://{container.Name}"] }), $"azure://{container.Name}");
        await bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", "arrival: {}", "in/**/*.csv"));
        await bench.WriteAsync("in/new #1/50%.csv", "a");
        await bench.WriteAsync("in/b.csv", "b");
        var process = new TriggerProcess(bench);
        string url = container.GetBlobClient("in/new #1/50%.csv").Uri.AbsoluteUri;

        Assert.Contains("%20%231/50%25.csv", url, StringComparison.Ordinal);
        await process.Arrivals.ArrivedAsync(url, Cancellation);
        await process.Arrivals.ArrivedAsync($"azure://{container.Name}/in/new #1/50%.csv", Cancellation);
        foreach (string other in (string[])["https://other.blob.core.windows.net/in/b.csv", $"azure://elsewhere/in/b.csv", "/etc/passwd", url + "?sig=secret"])
            Assert.Empty(await process.Arrivals.ArrivedAsync(other, Cancellation));

        Assert.Equal(["in/new #1/50%.csv"], await bench.NamesByJobAsync());
        Assert.DoesNotContain(bench.Log.Of(LogLevel.Warning), l => l.Contains("secret", StringComparison.Ordinal));

        Assert.Single(await process.Arrivals.PollAsync(Cancellation));
        Assert.Equal(["in/new #1/50%.csv", "in/b.csv"], await bench.NamesByJobAsync());
    }

    [Fact]
    public async Task Many_processes_share_a_container()
    {
        string connection = await azurite.GetConnectionStringAsync();
        string container = (await azurite.CreateContainerAsync(Cancellation)).Name;
        using var bench = new TriggerBench(new StoreResolver(new StoreOptions { AzureConnectionString = connection }), $"azure://{container}");
        await bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", "arrival: { min_files: 2 }"));
        List<string> addresses = [];
        for (int i = 0; i < 6; i++)
            addresses.Add(await bench.WriteAsync($"in/{i}.csv", "x"));
        TriggerProcess[] processes = [.. Enumerable.Range(0, 3).Select(_ => new TriggerProcess(bench))];

        await Task.WhenAll(processes.SelectMany(p => addresses.Select(a => p.Arrivals.ArrivedAsync(a, Cancellation))).Append(processes[0].Arrivals.PollAsync(Cancellation)));
        _bench.Time.Advance(TimeSpan.FromHours(1));
        bench.Time.Advance(TimeSpan.FromHours(1));
        await processes[1].Arrivals.StartDueAsync(Cancellation);

        Assert.Equal([.. Enumerable.Range(0, 6).Select(i => $"in/{i}.csv")], (await bench.NamesByJobAsync()).SelectMany(n => n.Split(' ')).Order(StringComparer.Ordinal));
    }

    public void Dispose() => _bench.Dispose();

    private async Task<TriggerProcess> ProcessAsync(string trigger, string source = "in/*.csv")
    {
        await _bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", trigger, source));
        return new TriggerProcess(_bench);
    }

    private async Task<int> RememberedAsync()
    {
        var started = new BatchFunctions.Triggers.StartedVersions(_bench.Services.Stores.Resolve($"{_bench.Address}/work/_triggers/arrivals/churn/started", ""));
        return (await started.ReadAllAsync(Cancellation)).Count;
    }
}
