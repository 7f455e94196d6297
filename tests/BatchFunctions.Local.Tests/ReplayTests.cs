using System.Globalization;
using System.Text.Json;
using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Workflow;
using CsCheck;

namespace BatchFunctions.Local.Tests;

public sealed class ReplayTests
{
    private static readonly DateTimeOffset Start = new(2026, 2, 8, 2, 0, 0, TimeSpan.Zero);

    private static readonly JobReference Job = new("job-1", "work/job-1");

    [Fact]
    public void Every_prefix_of_every_history_of_a_group_leads_to_the_same_steps() => Gen.Int.Sample(
        seed => CheckPrefixes(seed, NewGroup), iter: 60, threads: 1);

    [Fact]
    public void Every_prefix_of_every_history_of_a_job_leads_to_the_same_steps() => Gen.Int.Sample(
        seed => CheckPrefixes(seed, NewJob), iter: 60, threads: 1);

    [Fact]
    public void The_order_in_which_shards_end_does_not_change_what_a_group_comes_to() => Gen.Select(Gen.Int, Gen.Int).Sample(
        (one, two) => Assert.Equal(Live(one, NewGroup, cancel: false).Instance.Output, Live(two, NewGroup, cancel: false).Instance.Output),
        iter: 100,
        threads: 1);

    private static void CheckPrefixes(int seed, Func<ScheduleHost, WorkflowInstance> create)
    {
        var live = Live(seed, create, cancel: seed % 3 == 0);
        Assert.True(live.Instance.HasEnded);
        for (var length = 0; length <= live.History.Count; length++)
        {
            var host = new ScheduleHost();
            var replayed = create(host);
            replayed.Start(live.History.GetRange(0, length));

            var seen = live.Seen[length - live.History.Take(length).Count(entry => entry.Kind == HistoryKind.EventSent)];
            Assert.Equal(seen.Steps, replayed.Steps.Select(step => (step.Kind, step.Name)));
            Assert.Equal(seen.Open, host.Open.Values.Select(open => open.What));
            Assert.Equal(seen.Progress, replayed.Progress);
            Assert.Equal(seen.Time, replayed.UtcNow);
            Assert.Equal(seen.HasEnded, replayed.HasEnded);
            Assert.False(replayed.IsReplaying);
            Assert.Empty(host.Sent.Intersect(live.History.Take(length).Where(entry => entry.Kind == HistoryKind.EventSent).Select(entry => entry.Step)));
        }
    }

    private static WorkflowInstance NewGroup(ScheduleHost host)
    {
        var catalog = new FakeJob().Catalog();
        var workflow = catalog.Get(JobWorkflows.ShardGroup);
        var request = new GroupRequest(Job, 500, 9, 3, RetryPolicy.None, SharesSlots: true);
        return new WorkflowInstance(catalog, host, workflow, "job-1:shards-00500", workflow.WriteInput(request), Start);
    }

    private static WorkflowInstance NewJob(ScheduleHost host)
    {
        var catalog = new FakeJob().Catalog();
        var workflow = catalog.Get(JobWorkflows.Job);
        return new WorkflowInstance(catalog, host, workflow, "job-1", workflow.WriteInput(FakeJob.Request()), Start);
    }

    // Runs an instance to its end: of what is open, the seed chooses what ends next, and whether it fails by what it is.
    private static LiveRun Live(int seed, Func<ScheduleHost, WorkflowInstance> create, bool cancel)
    {
        var random = new Random(seed);
        var host = new ScheduleHost();
        var instance = create(host);
        var run = new LiveRun(instance, host);
        instance.Start([]);
        run.Look();
        while (!instance.HasEnded)
        {
            Assert.NotEmpty(host.Open);
            run.NoteSent();
            var at = Start.AddSeconds(run.History.Count + 1);
            HistoryEntry entry;
            if (cancel && random.Next(10) == 0)
            {
                entry = new HistoryEntry(HistoryKind.EventArrived, -1, instance.InstanceId == "job-1" ? "cancel" : "stop", "", at);
            }
            else if (random.Next(6) == 0)
            {
                entry = instance.InstanceId == "job-1"
                    ? new HistoryEntry(HistoryKind.EventArrived, -1, "released", string.Create(CultureInfo.InvariantCulture, $"job-1:shards-00000 {random.Next(2)}"), at)
                    : new HistoryEntry(HistoryKind.EventArrived, -1, "granted", random.Next(2, 6).ToString(CultureInfo.InvariantCulture), at);
            }
            else
            {
                var open = host.Open.ElementAt(random.Next(host.Open.Count));
                host.Open.Remove(open.Key);
                entry = Outcome(open.Value.Step, open.Value.What, at);
            }

            run.History.Add(entry);
            instance.Deliver(entry);
            run.Look();
        }

        return run;
    }

    private static HistoryEntry Outcome(WorkflowStep step, string what, DateTimeOffset at)
    {
        if (step.Kind == StepKind.Timer)
            return new HistoryEntry(HistoryKind.TimerFired, step.Number, step.Name, null, at);
        if (step.Kind == StepKind.SubWorkflow)
        {
            var first = what.Contains("shards-00250", StringComparison.Ordinal) ? 250 : 0;
            var last = what.Contains(":again-", StringComparison.Ordinal);
            var outcome = new GroupOutcome(
                first, 250, first == 0 || last ? 250 : 249, 25_000, 0, 0, [], first == 250 && !last ? [251] : [],
                first == 250 && !last ? new ShardFailure(251, ErrorKind.Transient, "busy") : null);
            return Completed(HistoryKind.SubWorkflowCompleted, step, outcome, WorkflowJson.Default.GroupOutcome, at);
        }

        return step.Name switch
        {
            "Prepare" => Completed(step, new PreparedJob(Job, "out", 1, 1, 3, RetryPolicy.None with { MaxDelay = TimeSpan.FromSeconds(3) }, TimeSpan.FromSeconds(9), HashesSnapshot: true), WorkflowJson.Default.PreparedJob, at),
            "Plan" => Completed(step, new PlanSummary(400, null), WorkflowJson.Default.PlanSummary, at),
            "ScoreShard" => Scored(step, what, at),
            "Aggregate" => Completed(step, new AggregateOutcome(JobStatus.Succeeded, 1, 1, 0, []), WorkflowJson.Default.AggregateOutcome, at),
            "Publish" or "Fail" => Completed(step, new JobResult("job-1", JobStatus.Succeeded, "out", 1, 1, 0, [], null, null), WorkflowJson.Default.JobResult, at),
            _ => Completed(step, 1, WorkflowJson.Default.Int32, at),
        };
    }

    private static HistoryEntry Scored(WorkflowStep step, string what, DateTimeOffset at)
    {
        var request = JsonSerializer.Deserialize(what["ScoreShard ".Length..], WorkflowJson.Default.ShardRequest)!;
        ErrorKind? kind = (request.Shard, request.BatchDivisor) switch
        {
            (503, < 4) => ErrorKind.Memory,
            (505 or 507, _) => ErrorKind.Transient,
            _ => null,
        };
        return kind is { } failed
            ? Completed(HistoryKind.ActivityFailed, step, new ActivityFailure(failed, $"shard {request.Shard}"), WorkflowJson.Default.ActivityFailure, at)
            : Completed(step, new ShardOutcome(request.Shard, 100 + request.Shard, 1, false), WorkflowJson.Default.ShardOutcome, at);
    }

    private static HistoryEntry Completed<T>(WorkflowStep step, T output, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, DateTimeOffset at) =>
        Completed(HistoryKind.ActivityCompleted, step, output, type, at);

    private static HistoryEntry Completed<T>(
        HistoryKind kind, WorkflowStep step, T output, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, DateTimeOffset at) =>
        new(kind, step.Number, step.Name, JsonSerializer.Serialize(output, type), at);

    /// <summary>An instance with its history and what could be seen of it after each entry.</summary>
    private sealed class LiveRun(WorkflowInstance instance, ScheduleHost host)
    {
        private int _noted;

        public WorkflowInstance Instance => instance;

        public List<HistoryEntry> History { get; } = [];

        public List<(List<(StepKind, string)> Steps, List<string> Open, JobProgress? Progress, DateTimeOffset Time, bool HasEnded)> Seen { get; } = [];

        public void Look() => Seen.Add((
            [.. instance.Steps.Select(step => (step.Kind, step.Name))],
            [.. host.Open.Values.Select(open => open.What)],
            instance.Progress,
            instance.UtcNow,
            instance.HasEnded));

        // Sometimes later than it was asked for, as the journal has it.
        public void NoteSent()
        {
            for (; _noted < host.Sent.Count; _noted++)
            {
                var step = instance.Steps[host.Sent[_noted]];
                History.Add(new HistoryEntry(HistoryKind.EventSent, step.Number, step.Name, null, instance.UtcNow));
            }
        }
    }
}
