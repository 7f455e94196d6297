using BatchFunctions.Models;
using BatchFunctions.Notifications;
using BatchFunctions.Planning;
using BatchFunctions.Telemetry;
using BatchFunctions.Tier;
using BatchFunctions.Views;
using BatchFunctions.Workflow.Activities;

namespace BatchFunctions.Workflow;

/// <summary>The activities of the job workflow on this machine, ready to be run by an engine.</summary>
public sealed class JobRuntime : IAsyncDisposable
{
    private readonly JobServices _services;
    private readonly BatchMeter _meter = new();
    private readonly ModelSessionCache _models;
    private readonly JobContexts _contexts;
    private readonly Notifier _notifier;
    private readonly TierClient? _tier;

    /// <summary>Wires the activities.</summary>
    /// <param name="services">What they need of the machine.</param>
    public JobRuntime(JobServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _services = services;
        _models = new ModelSessionCache(services.WarmModels);
        _contexts = new JobContexts(services, _models, _meter);
        _notifier = new Notifier(services);
        _tier = services.Tier is { } tier ? new TierClient(tier) : null;
        Catalog = WorkflowCatalog.ForJobs(
            new ActivityCatalog()
                .Add(JobActivities.Prepare, Observed(JobActivities.Prepare, new PrepareActivity(services, _models, _tier)))
                .Add(JobActivities.Validate, Observed(JobActivities.Validate, new ValidateActivity(_contexts)))
                .Add(JobActivities.Plan, Observed(JobActivities.Plan, new PlanActivity(services, _contexts)))
                .Add(JobActivities.HashSnapshot, Observed(JobActivities.HashSnapshot, new HashSnapshotActivity(services)))
                .Add(JobActivities.ScoreShard, Observed(JobActivities.ScoreShard, new ScoreShardActivity(services, _contexts, _meter)))
                .Add(JobActivities.DispatchShards, Observed(JobActivities.DispatchShards, new DispatchShardsActivity(_tier)))
                .Add(JobActivities.CheckShards, Observed(JobActivities.CheckShards, new CheckShardsActivity(services)))
                .Add(JobActivities.WithdrawShards, Observed(JobActivities.WithdrawShards, new WithdrawShardsActivity(services)))
                .Add(JobActivities.AggregateGroup, Observed(JobActivities.AggregateGroup, new AggregateGroupActivity(services)))
                .Add(JobActivities.Aggregate, Observed(JobActivities.Aggregate, new AggregateActivity(services, _meter)))
                .Add(JobActivities.Verify, Observed(JobActivities.Verify, new VerifyActivity(services)))
                .Add(JobActivities.Publish, Observed(JobActivities.Publish, new PublishActivity(services)))
                .Add(JobActivities.Fail, Observed(JobActivities.Fail, new FailActivity(services, _contexts)))
                .Add(JobActivities.Notify, Observed(JobActivities.Notify, new NotifyActivity(services, _notifier)))
                .Add(JobActivities.CleanUp, Observed(JobActivities.CleanUp, new CleanUpActivity(services, _contexts))));
    }

    /// <summary>The models that are loaded.</summary>
    internal ModelSessionCache Models => _models;

    /// <summary>The instruments by which the jobs on this machine are watched.</summary>
    internal BatchMeter Meter => _meter;

    /// <summary>The workflows and their activities.</summary>
    public WorkflowCatalog Catalog { get; }

    /// <summary>Says what a job would read and how it would be cut, without writing anything.</summary>
    /// <param name="request">The request that would start it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the job would be refused.</exception>
    public async Task<JobPreview> PreviewAsync(JobRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var preview = new PreviewFolder();
        JobDefinition job = await new PrepareActivity(_services, _models, _tier).DefineAsync(request, preview, cancellationToken);
        await using JobContext context = await JobContext.LoadAsync(_services, _models, _meter, job, work: null, cancellationToken);
        await ValidateActivity.ValidateAsync(context, cancellationToken);
        IReadOnlyList<Shard> shards = await PlanActivity.PlanAsync(context, cancellationToken);
        return new JobPreview(
            job.Pipeline.Name,
            $"{job.Model.Name}@{job.Model.Version}",
            job.RunFolder,
            job.Snapshot.Count,
            job.Snapshot.Sum(f => f.Length),
            [.. shards.Select(s => new ShardPreview(s.Index, [.. s.Segments.Select(g => job.Snapshot[g.File].Key).Distinct()], RecordsOf(s)))])
        {
            AbsentColumns = job.AbsentColumns ?? [],
            UnusedColumns = job.UnusedColumns ?? [],
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _contexts.DisposeAsync();
        _models.Dispose();
        _notifier.Dispose();
        _tier?.Dispose();
        _meter.Dispose();
    }

    private ObservedActivity<TInput, TOutput> Observed<TInput, TOutput>(ActivityName<TInput, TOutput> name, IActivity<TInput, TOutput> activity) =>
        new(name.Name, activity, _meter, _services.Loggers.CreateLogger("BatchFunctions.Job"));

    private static long? RecordsOf(Shard shard) => shard.Segments.All(s => s.Records is not null) ? shard.Segments.Sum(s => s.Records) : null;
}
