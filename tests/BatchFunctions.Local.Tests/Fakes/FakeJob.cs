using System.Collections.Concurrent;
using BatchFunctions.Monitoring;
using BatchFunctions.Tier;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>A job whose activities touch nothing: they note that they were called and do what the test says.</summary>
internal sealed class FakeJob
{
    private readonly ConcurrentDictionary<string, int> _tries = new();
    private int _atWork;

    public int Shards { get; init; } = 10;

    public int MaxParallel { get; init; } = 2;

    public int Committing { get; init; }

    public RetryPolicy Retry { get; init; } = new(3, TimeSpan.FromSeconds(10), 2, TimeSpan.FromHours(1));

    public TimeSpan? Deadline { get; init; }

    public bool HashesSnapshot { get; init; }

    /// <summary>How the scoring service is waited for; null where shards are scored in process.</summary>
    public TierPolicy? Tier { get; init; }

    public FakeTier Service { get; init; } = new();

    public JobStatus Verdict { get; init; } = JobStatus.Succeeded;

    public IReadOnlyList<Alarm>? Alarms { get; init; }

    /// <summary>Called in each activity with its name, its shard or group where it has one, and the number of the try; it may throw.</summary>
    public Func<FakeCall, Task> On { get; init; } = _ => Task.CompletedTask;

    /// <summary>What was called, in order: "Prepare", "ScoreShard 3", …</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>What was done to its end, in order.</summary>
    public ConcurrentQueue<string> Done { get; } = new();

    public ConcurrentQueue<JobEvent> Events { get; } = new();

    public ConcurrentQueue<AggregateRequest> Aggregates { get; } = new();

    public ConcurrentQueue<EndRequest> Ends { get; } = new();

    public ConcurrentQueue<JobRequest> Prepared { get; } = new();

    public ConcurrentQueue<ShardRequest> ShardRequests { get; } = new();

    public int MostAtWork { get; private set; }

    public static JobRequest Request(string id = "job-1") =>
        new() { JobId = id, Pipeline = "p.yaml", RequestedAt = new DateTimeOffset(2026, 2, 8, 2, 0, 0, TimeSpan.Zero) };

    public int CountOf(string prefix) => Calls.Count(call => call.StartsWith(prefix, StringComparison.Ordinal));

    public WorkflowCatalog Catalog() => WorkflowCatalog.ForJobs(Activities());

    public ActivityCatalog Activities() => new ActivityCatalog()
        .Add(JobActivities.Prepare, Fake<JobRequest, PreparedJob>("Prepare", request =>
        {
            Prepared.Enqueue(request);
            return new PreparedJob(
                new JobReference(request.JobId, "work/" + request.JobId), "out/" + request.JobId, 1, 1000, MaxParallel, Retry, Deadline, HashesSnapshot, Tier);
        }))
        .Add(JobActivities.Validate, Fake<JobReference, int>("Validate", _ => 1))
        .Add(JobActivities.Plan, Fake<JobReference, PlanSummary>("Plan", _ => new PlanSummary(Shards, Shards * 100L, Committing)))
        .Add(JobActivities.HashSnapshot, Fake<JobReference, int>("HashSnapshot", _ => 1))
        .Add(JobActivities.ScoreShard, new FakeActivity<ShardRequest, ShardOutcome>(ScoreAsync))
        .Add(JobActivities.DispatchShards, new FakeActivity<DispatchRequest, DispatchOutcome>((request, _) => Task.FromResult(Service.Dispatch(request))))
        .Add(JobActivities.CheckShards, new FakeActivity<CheckRequest, CheckOutcome>((request, _) => Task.FromResult(Service.Check(request))))
        .Add(JobActivities.WithdrawShards, new FakeActivity<WithdrawRequest, int>((request, _) => Task.FromResult(Service.Withdraw(request))))
        .Add(JobActivities.AggregateGroup, new FakeActivity<GroupReference, int>(async (group, stop) =>
        {
            await CallAsync("AggregateGroup", group.First, stop);
            return group.Count;
        }))
        .Add(JobActivities.Aggregate, Fake<AggregateRequest, AggregateOutcome>("Aggregate", request =>
        {
            Aggregates.Enqueue(request);
            var warnings = Verdict == JobStatus.Succeeded ? [] : new[] { "too many failed records" };
            return new AggregateOutcome(Verdict, Shards * 100L, Shards * 99L, Shards, warnings, Alarms);
        }))
        .Add(JobActivities.Verify, Fake<JobReference, int>("Verify", _ => Shards))
        .Add(JobActivities.Publish, Fake<EndRequest, JobResult>("Publish", Result))
        .Add(JobActivities.Fail, Fake<EndRequest, JobResult>("Fail", Result))
        .Add(JobActivities.Notify, new FakeActivity<JobEvent, int>(async (what, stop) =>
        {
            Events.Enqueue(what);
            await CallAsync("Notify " + what.Name, -1, stop);
            return 1;
        }))
        .Add(JobActivities.CleanUp, Fake<JobReference, int>("CleanUp", _ => 1));

    private async Task<ShardOutcome> ScoreAsync(ShardRequest request, CancellationToken stop)
    {
        ShardRequests.Enqueue(request);
        lock (_tries)
            MostAtWork = Math.Max(MostAtWork, ++_atWork);
        try
        {
            await CallAsync("ScoreShard", request.Shard, stop, request.BatchDivisor);
        }
        finally
        {
            lock (_tries)
                _atWork--;
        }

        return new ShardOutcome(request.Shard, 100, 1, false);
    }

    private JobResult Result(EndRequest end)
    {
        Ends.Enqueue(end);
        return new JobResult(
            end.Job.JobId,
            end.Status,
            "out/" + end.Job.JobId,
            end.Outcome?.RecordsTotal ?? 0,
            end.Outcome?.RecordsScored ?? 0,
            end.Outcome?.RecordsFailed ?? 0,
            end.Outcome?.Warnings ?? [],
            end.Error,
            end.ErrorKind);
    }

    private FakeActivity<TInput, TOutput> Fake<TInput, TOutput>(string name, Func<TInput, TOutput> give) => new(async (input, stop) =>
    {
        await CallAsync(name, -1, stop);
        return give(input);
    });

    private async Task CallAsync(string name, int number, CancellationToken stop, int divisor = 1)
    {
        var call = number < 0 ? name : $"{name} {number}";
        Calls.Enqueue(call);
        await On(new FakeCall(name, number, _tries.AddOrUpdate(call, 1, (_, tries) => tries + 1), divisor, stop));
        Done.Enqueue(call);
    }
}
