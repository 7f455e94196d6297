using System.Diagnostics;
using BatchFunctions.Pipelines.Loading;
using BatchFunctions.Storage;
using BatchFunctions.Telemetry;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Triggers;

/// <summary>
/// Starts the jobs that the pipelines' own schedules want. How far each schedule was followed stands in the work folder, so that any
/// number of processes may look, at any times.
/// </summary>
public sealed class ScheduleTrigger
{
    private readonly IJobEngine _engine;
    private readonly PipelineFolder _pipelines;
    private readonly JobServices _services;
    private readonly StoreLocation _folder;
    private readonly ILogger _logger;

    /// <summary>Makes a trigger; nothing is read yet.</summary>
    /// <param name="engine">Where the jobs are started.</param>
    /// <param name="pipelines">The pipelines whose schedules are followed.</param>
    /// <param name="services">What the machine offers: the work folder and the clock above all.</param>
    public ScheduleTrigger(IJobEngine engine, PipelineFolder pipelines, JobServices services)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(pipelines);
        ArgumentNullException.ThrowIfNull(services);
        (_engine, _pipelines, _services) = (engine, pipelines, services);
        _folder = services.Stores.Resolve(services.WorkFolder, services.BaseFolder).Below("_triggers/schedules");
        _logger = services.Loggers.CreateLogger("BatchFunctions.Schedule");
    }

    /// <summary>
    /// Starts what has come due since the last look: for each pipeline the latest due time, once, however many were missed. A pipeline
    /// or an expression seen for the first time starts with its next due time.
    /// </summary>
    /// <returns>The jobs of the due times, those among them that an earlier look or another process had started already.</returns>
    /// <exception cref="BatchFunctionsException">
    /// The folder of pipelines cannot be listed; or some pipelines could not be looked after, which the next look does again. The others
    /// were.
    /// </exception>
    public async Task<IReadOnlyList<JobStart>> StartDueAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = _services.Time.GetUtcNow();
        IReadOnlyList<PipelineEntry> entries = await _pipelines.ListAsync(cancellationToken);
        HashSet<string> followed = await ListFollowedAsync(cancellationToken);
        List<JobStart> starts = [];
        var failures = new TriggerFailures(_logger);
        foreach (PipelineEntry entry in entries)
        {
            if (!entry.CanStart)
                continue;
            string? schedule = entry.Definition.Trigger?.Schedule;
            if (schedule is not null || followed.Contains(entry.Name))
            {
                await failures.KeepAsync(
                    entry.Name,
                    async () =>
                    {
                        if (await LookAsync(entry, entry.Name, schedule, now, cancellationToken) is { } start)
                            starts.Add(start);
                    },
                    cancellationToken);
            }
        }

        failures.Throw();
        return starts;
    }

    private async Task<HashSet<string>> ListFollowedAsync(CancellationToken cancellationToken)
    {
        HashSet<string> names = [];
        await foreach (ObjectProperties file in _folder.Store.ListAsync(_folder.Path + "/", cancellationToken))
            names.Add(Path.GetFileNameWithoutExtension(file.Key));
        return names;
    }

    private async Task<JobStart?> LookAsync(PipelineEntry entry, string name, string? schedule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var file = new StateFile<ScheduleState>(_folder.Below($"{name}.json"), TriggerJson.Default.ScheduleState, TriggerJson.Afresh);
        VersionedState<ScheduleState>? read = await file.ReadAsync(cancellationToken);
        if (read is null || read.Value.Schedule != schedule)
        {
            await file.TryWriteAsync(new ScheduleState(schedule, now), read?.ETag, cancellationToken);
            return null;
        }

        if (schedule is null || DueTimes.Latest(ScheduleText.Parse(schedule), read.Value.SettledUntil, now) is not { } due)
            return null;
        using Activity? span = JobTrace.Source.StartActivity("Schedule", ActivityKind.Producer);
        JobStart start = await _engine.StartAsync(
            new JobRequest
            {
                JobId = JobId.ForDueTime(name, due),
                Pipeline = entry.Address,
                PipelineName = name,
                Trigger = "timer",
                TraceParent = JobTrace.Current,
                RequestedAt = now,
                Date = DateOnly.FromDateTime(due.UtcDateTime),
            },
            cancellationToken);

        // Whoever was quicker has written the same, or a later time.
        await file.TryWriteAsync(new ScheduleState(schedule, due), read.ETag, cancellationToken);
        if (start.IsSame)
        {
            _logger.LogInformation("Pipeline {Pipeline} was due at {Due}: job {Job} {Start}.", name, due, start.Job.JobId, start.IsNew ? "starts" : "was started already");
            return start;
        }

        _logger.LogError("Pipeline {Pipeline} was due at {Due}, but another job has the id {Job}. This due time is passed over; start it by hand under an id of its own.", name, due, start.Job.JobId);
        return null;
    }
}
