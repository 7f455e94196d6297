using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;
using static BatchFunctions.Tests.Triggers.TriggerBench;

namespace BatchFunctions.Tests.Triggers;

public sealed class ScheduleTriggerTests : IDisposable
{
    private const string Nightly = "schedule: 0 0 2 * * *";
    private readonly TriggerBench _bench = new();
    private TriggerProcess _process;

    public ScheduleTriggerTests() => _process = new TriggerProcess(_bench);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pipeline_seen_for_the_first_time_starts_with_its_next_due_time()
    {
        await _bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", Nightly));
        Assert.Empty(await LookAsync());

        _bench.Time.SetUtcNow(new DateTimeOffset(2026, 2, 8, 1, 59, 59, 999, TimeSpan.Zero));
        Assert.Empty(await LookAsync());
        _bench.Time.SetUtcNow(new DateTimeOffset(2026, 2, 8, 2, 0, 0, TimeSpan.Zero));
        JobStart start = Assert.Single(await LookAsync());

        Assert.True(start.IsNew);
        JobRequest request = Assert.Single(_bench.Engine.Jobs);
        Assert.Equal(
            new JobRequest
            {
                JobId = "churn-20260208-020000",
                Pipeline = $"{_bench.PipelinesAddress}/churn.yaml",
                PipelineName = "churn",
                Trigger = "timer",
                RequestedAt = new DateTimeOffset(2026, 2, 8, 2, 0, 0, TimeSpan.Zero),
                Date = new DateOnly(2026, 2, 8),
            },
            request);
        Assert.Empty(await LookAsync());
    }

    [Fact]
    public async Task Of_all_that_was_missed_the_latest_due_time_is_caught_up_once_for_its_own_day()
    {
        await _bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", "schedule: 0 30 23 * * *"));
        await LookAsync();

        _bench.Time.SetUtcNow(new DateTimeOffset(2026, 3, 4, 9, 0, 0, TimeSpan.Zero));
        await RestartAsync();
        await RestartAsync();

        JobRequest request = Assert.Single(_bench.Engine.Jobs);
        Assert.Equal("churn-20260303-233000", request.JobId);
        Assert.Equal(new DateOnly(2026, 3, 3), request.Date);
        Assert.Equal(_bench.Time.GetUtcNow(), request.RequestedAt);
    }

    [Theory]
    [InlineData("* * * * * *", "20270208-013014", 86_400 * 365 - 1)]
    [InlineData("*/5 * * * *", "20270208-013000", 86_400 * 365)]
    [InlineData("0 0 0 29 2 *", "20280229-000000", 86_400 * 1000)]
    [InlineData("30 15 4 1 */3 MON-FRI", "20260401-041530", 86_400 * 60)]
    [InlineData("0 0 12 * * SUN", "20260208-120000", 86_400 * 6)]
    public async Task The_latest_due_time_is_found_in_gaps_of_every_length(string schedule, string expected, int seconds)
    {
        await _bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", $"schedule: \"{schedule}\""));
        await LookAsync();

        _bench.Time.Advance(TimeSpan.FromSeconds(seconds));
        await LookAsync();

        Assert.Equal([$"churn-{expected}"], _bench.Engine.Ids);
    }

    [Fact]
    public async Task A_changed_schedule_takes_effect_from_now_on()
    {
        await _bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", Nightly));
        await LookAsync();
        _bench.Time.Advance(TimeSpan.FromHours(12));
        await _bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", "schedule: '0 0 3,14 * * *'"));

        Assert.Empty(await LookAsync());
        _bench.Time.Advance(TimeSpan.FromHours(1));
        await LookAsync();

        Assert.Equal(["churn-20260208-140000"], _bench.Engine.Ids);
    }

    [Fact]
    public async Task A_schedule_that_was_given_up_and_comes_back_catches_nothing_up()
    {
        await _bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", Nightly));
        await LookAsync();
        await _bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", ""));
        await LookAsync();
        _bench.Time.Advance(TimeSpan.FromDays(3));
        await LookAsync();
        await _bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", Nightly));

        Assert.Empty(await LookAsync());
        _bench.Time.Advance(TimeSpan.FromDays(1));
        await LookAsync();

        Assert.Equal(["churn-20260211-020000"], _bench.Engine.Ids);
    }

    [Fact]
    public async Task Many_processes_that_look_at_the_same_time_start_a_due_time_once()
    {
        await _bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", Nightly));
        TriggerProcess[] processes = [.. Enumerable.Range(0, 8).Select(_ => new TriggerProcess(_bench))];
        await Task.WhenAll(processes.Select(p => Task.Run(() => p.Schedules.StartDueAsync(Cancellation), Cancellation)));

        _bench.Time.Advance(TimeSpan.FromHours(1));
        IReadOnlyList<JobStart>[] starts = await Task.WhenAll(processes.Select(p => Task.Run(() => p.Schedules.StartDueAsync(Cancellation), Cancellation)));

        Assert.Equal(["churn-20260208-020000"], _bench.Engine.Ids);
        Assert.Single(starts.SelectMany(s => s), s => s.IsNew);
    }

    [Fact]
    public async Task A_start_that_fails_is_tried_again_at_the_next_look_and_holds_no_other_up()
    {
        foreach (string name in (string[])["a", "b", "c"])
            await _bench.WriteAsync($"pipelines/{name}.yaml", Pipeline(name, Nightly));
        await LookAsync();
        _bench.Time.Advance(TimeSpan.FromHours(1));
        _bench.Engine.IsDown = r => r.PipelineName == "b";

        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(LookAsync);

        Assert.Equal(ErrorKind.Transient, failure.Kind);
        Assert.Contains("b: The engine is down.", failure.Message, StringComparison.Ordinal);
        Assert.Single(_bench.Log.Of(LogLevel.Error));
        Assert.Equal(["a-20260208-020000", "c-20260208-020000"], _bench.Engine.Ids);

        _bench.Engine.IsDown = _ => false;
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await LookAsync();
        Assert.Equal(["a-20260208-020000", "c-20260208-020000", "b-20260208-020000"], _bench.Engine.Ids);
    }

    [Fact]
    public async Task Files_that_are_wrong_start_nothing()
    {
        await _bench.WriteAsync("pipelines/a.yaml", Pipeline("churn", Nightly));
        await LookAsync();
        await _bench.WriteAsync("pipelines/b.yaml", Pipeline("churn", Nightly));
        _bench.Time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(await LookAsync());
        await _bench.DeleteAsync("pipelines/b.yaml");
        Assert.Single(await LookAsync());
    }

    [Fact]
    public async Task An_id_that_belongs_to_another_job_is_told_once_and_passed_over()
    {
        await _bench.WriteAsync("pipelines/churn.yaml", Pipeline("churn", Nightly));
        await LookAsync();
        _bench.Engine.Start(new JobRequest { JobId = "churn-20260208-020000", Pipeline = "elsewhere.yaml", RequestedAt = Start });
        _bench.Time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(await LookAsync());
        Assert.Empty(await LookAsync());

        Assert.Contains("another job has the id churn-20260208-020000", Assert.Single(_bench.Log.Of(LogLevel.Error)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_state_is_told_and_holds_no_other_up()
    {
        await _bench.WriteAsync("pipelines/a.yaml", Pipeline("a", Nightly));
        await _bench.WriteAsync("pipelines/b.yaml", Pipeline("b", Nightly));
        await LookAsync();
        await _bench.WriteAsync("work/_triggers/schedules/a.json", "{");
        _bench.Time.Advance(TimeSpan.FromHours(1));

        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(LookAsync);

        Assert.Equal(ErrorKind.Integrity, failure.Kind);
        Assert.Contains("work/_triggers/schedules/a.json is damaged", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["b-20260208-020000"], _bench.Engine.Ids);
    }

    public void Dispose() => _bench.Dispose();

    private Task<IReadOnlyList<JobStart>> LookAsync() => _process.Schedules.StartDueAsync(Cancellation);

    private Task<IReadOnlyList<JobStart>> RestartAsync()
    {
        _process = new TriggerProcess(_bench);
        return LookAsync();
    }
}
