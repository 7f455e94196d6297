using System.Collections.Concurrent;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Triggers;

/// <summary>
/// Starts jobs for the files that arrive in the sources of pipelines with <c>trigger.arrival</c>: every version of a file gets into one
/// job, whoever tells of it, how often and at how many processes. What was collected, started and is remembered stands in the work folder.
/// </summary>
public sealed class ArrivalTrigger
{
    private readonly IJobEngine _engine;
    private readonly PipelineFolder _pipelines;
    private readonly JobServices _services;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, ArrivalCollector> _collectors = new(StringComparer.Ordinal);

    /// <summary>Makes a trigger; nothing is read yet.</summary>
    /// <param name="engine">Where the jobs are started.</param>
    /// <param name="pipelines">The pipelines that files arrive for.</param>
    /// <param name="services">What the machine offers: the stores, the work folder and the clock above all.</param>
    public ArrivalTrigger(IJobEngine engine, PipelineFolder pipelines, JobServices services)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(pipelines);
        ArgumentNullException.ThrowIfNull(services);
        (_engine, _pipelines, _services) = (engine, pipelines, services);
        _logger = services.Loggers.CreateLogger("BatchFunctions.Arrival");
    }

    /// <summary>
    /// Takes up a file that an event tells of, for every pipeline whose source means it, and starts the jobs that are due by it. A file
    /// that is gone, is empty, or was taken up in this version before changes nothing; neither does an address that no pipeline means
    /// or that may not be looked at.
    /// </summary>
    /// <param name="address">The file's address: that of a blob, or a path.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The jobs that were started, those among them that another process had started already.</returns>
    /// <exception cref="BatchFunctionsException">
    /// The file could not be taken up everywhere, for instance since it may be for a pipeline whose file is wrong, or a job could not be
    /// started. Tell of it again: what was done is not done twice.
    /// </exception>
    public async Task<IReadOnlyList<JobStart>> ArrivedAsync(string address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        string full;
        try
        {
            full = _services.Stores.Resolve(address, _services.BaseFolder).ToString();
        }
        catch (BatchFunctionsException exception) when (exception.Kind == ErrorKind.Request)
        {
            // Telling again would not help, and an event that is refused is told for a day.
            _logger.LogWarning("A file that arrived is not looked at: {Reason}", exception.Message);
            return [];
        }

        IReadOnlyList<PipelineEntry> pipelines = await _pipelines.ListAsync(cancellationToken);
        bool isClaimed = pipelines.Any(p => p.CanStart && IsFor(p));
        return await ForEachAsync(
            pipelines,
            (pipeline, collector, look) => IsFor(pipeline) ? collector.ArrivedAsync(pipeline, pipeline.Arrivals!.KeyOf(full)!, look, cancellationToken) : Task.CompletedTask,
            wrong => IsFor(wrong) || (MayWatch(wrong) && !isClaimed),
            cancellationToken);

        bool IsFor(PipelineEntry pipeline) => pipeline.Arrivals?.KeyOf(full) is { } key && pipeline.Arrivals.IsMatch(key, out _);

        // What a file that cannot be read wants, nobody knows.
        static bool MayWatch(PipelineEntry wrong) => wrong.Arrivals is null && (wrong.Definition is null || wrong.Definition.Trigger?.Arrival is not null);
    }

    /// <summary>
    /// Lists the sources, takes up every version of a file that was not taken up before, and starts the jobs that are due by them. In a
    /// folder on disk, where a file shows while it is being written, one counts only when two polls of this object have seen it unchanged.
    /// </summary>
    /// <returns>The jobs that were started, those among them that another process had started already.</returns>
    /// <exception cref="BatchFunctionsException">The folder of pipelines cannot be listed, or some pipelines could not be looked after; the others were.</exception>
    public async Task<IReadOnlyList<JobStart>> PollAsync(CancellationToken cancellationToken) =>
        await ForEachAsync(
            await _pipelines.ListAsync(cancellationToken), (pipeline, collector, look) => collector.PollAsync(pipeline, look, cancellationToken), _ => false, cancellationToken);

    /// <summary>
    /// Starts the jobs whose first file has waited for <c>max_wait</c>, and finishes the starts that a process began and did not live to
    /// finish. To be called every minute or so.
    /// </summary>
    /// <returns>The jobs that were started, those among them that another process had started already.</returns>
    /// <exception cref="BatchFunctionsException">The folder of pipelines cannot be listed, or some pipelines could not be looked after; the others were.</exception>
    public async Task<IReadOnlyList<JobStart>> StartDueAsync(CancellationToken cancellationToken) =>
        await ForEachAsync(
            await _pipelines.ListAsync(cancellationToken), (pipeline, collector, look) => collector.StartDueAsync(pipeline, look, cancellationToken), _ => false, cancellationToken);

    private async Task<IReadOnlyList<JobStart>> ForEachAsync(
        IReadOnlyList<PipelineEntry> pipelines,
        Func<PipelineEntry, ArrivalCollector, ArrivalLook, Task> share,
        Func<PipelineEntry, bool> isMissed,
        CancellationToken cancellationToken)
    {
        var look = new ArrivalLook(_services.Time.GetUtcNow(), [], new TriggerFailures(_logger));
        foreach (PipelineEntry pipeline in pipelines)
        {
            if (pipeline.CanStart && pipeline.Arrivals is not null)
            {
                ArrivalCollector collector = _collectors.GetOrAdd(pipeline.Name, name => new ArrivalCollector(_engine, _services, name, _logger));
                await look.Failures.KeepAsync(pipeline.Name, () => share(pipeline, collector, look), cancellationToken);
            }
            else if (!pipeline.CanStart && isMissed(pipeline))
            {
                await look.Failures.KeepAsync(
                    pipeline.Name ?? pipeline.Address,
                    () => throw new BatchFunctionsException(ErrorKind.Request, $"A file arrived that may be for {pipeline.Address}, which is wrong. Mend it; until then such events are refused, so that they are told again."),
                    cancellationToken);
            }
        }

        look.Failures.Throw();
        return look.Starts;
    }
}
