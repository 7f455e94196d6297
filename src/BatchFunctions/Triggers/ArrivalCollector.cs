using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;
using BatchFunctions.Telemetry;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Triggers;

/// <summary>
/// Collects the files that arrive for one pipeline until they are enough for a job. A version is first collected, then fixed to a start,
/// then remembered as started, and each step is written before the next one is taken, so that whoever comes after a process that was
/// killed, or works beside it, goes on from there: no version is lost, and none gets into two jobs.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Its wait handle, all that there would be to dispose of, is never made.")]
internal sealed class ArrivalCollector
{
    // Event Grid tries for 24 hours to deliver an event again.
    private const int RememberedDays = 7;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromDays(1);

    private readonly IJobEngine _engine;
    private readonly JobServices _services;
    private readonly string _name;
    private readonly ILogger _logger;
    private readonly StateFile<ArrivalState> _state;
    private readonly StartedVersions _started;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private Dictionary<string, string> _unsettled = [];

    /// <summary>Collects for the pipeline called <paramref name="name"/>.</summary>
    public ArrivalCollector(IJobEngine engine, JobServices services, string name, ILogger logger)
    {
        (_engine, _services, _name, _logger) = (engine, services, name, logger);
        StoreLocation folder = services.ArrivalFolderOf(name);
        _state = new StateFile<ArrivalState>(folder.Below("collected.json"), TriggerJson.Default.ArrivalState, TriggerJson.Afresh);
        _started = new StartedVersions(folder.Below("started"));
    }

    /// <summary>Takes up the file at a key as it is now, unless this version was taken up before, and starts what is due.</summary>
    public Task ArrivedAsync(PipelineEntry pipeline, string key, ArrivalLook look, CancellationToken cancellationToken) =>
        AloneAsync(
            () => LookAsync(
                pipeline,
                look,
                async (source, state) =>
                {
                    // Found after the state was read, so that what the state has of this file is never newer.
                    if (!source.IsMatch(key, out DateOnly? date) || await source.FindAsync(key, cancellationToken) is not { } file)
                        return [];
                    string version = VersionId.Of(source.Store, file);
                    return state.VersionIds().Contains(version) || await _started.ContainsAsync(version, cancellationToken)
                        ? []
                        : [new Arrival(file, date, look.Now)];
                },
                cancellationToken),
            cancellationToken);

    /// <summary>Takes up all files that lie in the source in a version that was not taken up before, and starts what is due.</summary>
    public Task PollAsync(PipelineEntry pipeline, ArrivalLook look, CancellationToken cancellationToken) =>
        AloneAsync(
            async () =>
            {
                Dictionary<string, string> unsettled = [];
                await LookAsync(
                    pipeline,
                    look,
                    async (source, state) =>
                    {
                        List<Arrival> arrivals = [];
                        unsettled = [];
                        await foreach ((ArrivedFile file, DateOnly? date) in source.ListAsync(cancellationToken))
                            arrivals.Add(new Arrival(file, date, look.Now));
                        HashSet<string> known = state.VersionIds();
                        known.UnionWith(await _started.ReadAllAsync(cancellationToken));
                        arrivals.RemoveAll(a => known.Contains(VersionId.Of(source.Store, a.File)));
                        if (source.ShowsUnfinished)
                        {
                            unsettled = arrivals.ToDictionary(a => a.File.Key, a => a.File.ETag);
                            arrivals.RemoveAll(a => _unsettled.GetValueOrDefault(a.File.Key) != a.File.ETag);
                        }

                        return arrivals;
                    },
                    cancellationToken);
                _unsettled = unsettled;
            },
            cancellationToken);

    /// <summary>Starts what has waited long enough, and finishes what a process that was killed began to start.</summary>
    public Task StartDueAsync(PipelineEntry pipeline, ArrivalLook look, CancellationToken cancellationToken) =>
        AloneAsync(
            async () =>
            {
                ArrivalState? state = await LookAsync(pipeline, look, (_, _) => Task.FromResult<IReadOnlyList<Arrival>>([]), cancellationToken);
                if (state is not null && look.Now - state.SweptAt >= SweepInterval)
                    await SweepAsync(pipeline.Arrivals!, look, cancellationToken);
            },
            cancellationToken);

    // Several processes get by, since each writes only what it has read; in one process it saves them from getting into each other's way.
    private async Task AloneAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<ArrivalState?> LookAsync(
        PipelineEntry pipeline, ArrivalLook look, Func<ArrivalSource, ArrivalState, Task<IReadOnlyList<Arrival>>> arrivals, CancellationToken cancellationToken)
    {
        ArrivalSource source = pipeline.Arrivals!;
        ArrivalDefinition thresholds = pipeline.Definition!.Trigger!.Arrival!;
        ArrivalState? state = await _state.ChangeAsync(
            async read =>
            {
                ArrivalState before = read ?? new ArrivalState(look.Now, []);
                ArrivalState mine = before.For(source, Dropped);
                ArrivalState after = mine
                    .With(source.Store, await arrivals(source, mine))
                    .WithStarts(thresholds, look.Now, c => RequestFor(pipeline, c, look.Now));
                return ReferenceEquals(after, before) ? read : after;
            },
            cancellationToken);
        foreach (CollectedFiles starting in state?.Collected ?? [])
            if (starting.Request is { } request)
                await look.Failures.KeepAsync(_name, () => FinishAsync(starting, request, look, cancellationToken), cancellationToken);
        return state;
    }

    private JobRequest RequestFor(PipelineEntry pipeline, CollectedFiles collected, DateTimeOffset now)
    {
        IEnumerable<string> versions = collected.Files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}\0{f.ETag}");
        string id = JobId.ForKey(_name, string.Join('\n', versions.Prepend(collected.Store)));
        return new JobRequest
        {
            JobId = id,
            Pipeline = pipeline.Address,
            PipelineName = _name,
            Trigger = "arrival",
            RequestedAt = now,
            Date = collected.FileDate ?? DateOnly.FromDateTime(collected.FirstAt.UtcDateTime),
            Arrivals = _services.ArrivalListOf(_name, id).ToString(),
        };
    }

    private async Task FinishAsync(CollectedFiles starting, JobRequest request, ArrivalLook look, CancellationToken cancellationToken)
    {
        StoreLocation place = _services.ArrivalListOf(_name, request.JobId);
        var list = new ArrivalList(starting.Store, [.. starting.Files.OrderBy(f => f.Key, StringComparer.Ordinal)]);
        await place.Store.PutAsync(place.Path, JsonSerializer.SerializeToUtf8Bytes(list, WorkJson.Default.ArrivalList), PutCondition.IfAbsent, cancellationToken);
        using Activity? span = JobTrace.Source.StartActivity("Arrival", ActivityKind.Producer);
        JobStart start = await _engine.StartAsync(request with { TraceParent = JobTrace.Current }, cancellationToken);

        // Remembered before it leaves the state, so that at no time it is in neither.
        await _started.AddAsync(starting.VersionIds, DateOnly.FromDateTime(look.Now.UtcDateTime), cancellationToken);
        await _state.ChangeAsync(s => Task.FromResult(s?.Without(request.JobId)), cancellationToken);
        if (start.IsSame)
        {
            _logger.LogInformation("{Files} files arrived for pipeline {Pipeline}: job {Job} {Start}.", starting.Files.Count, _name, request.JobId, start.IsNew ? "starts" : "was started already");
            look.Starts.Add(start);
        }
        else
        {
            _logger.LogError(
                "{Files} files arrived for pipeline {Pipeline}, but another job has the id {Job}. They are not started again; {List} names them, start a job for them by hand.",
                starting.Files.Count, _name, request.JobId, request.Arrivals);
        }
    }

    private async Task SweepAsync(ArrivalSource source, ArrivalLook look, CancellationToken cancellationToken)
    {
        HashSet<string> lying = [];
        await foreach ((ArrivedFile file, _) in source.ListAsync(cancellationToken))
            lying.Add(VersionId.Of(source.Store, file));

        // A folder with nothing in it may be one that is not mounted for now.
        if (lying.Count > 0)
            await _started.SweepAsync(lying, DateOnly.FromDateTime(look.Now.UtcDateTime).AddDays(-RememberedDays), cancellationToken);
        await _state.ChangeAsync(s => Task.FromResult(s is null ? null : s with { SweptAt = look.Now }), cancellationToken);
    }

    private void Dropped(string address) =>
        _logger.LogWarning("{File} had arrived for pipeline {Pipeline}, but its source.path, which was changed, does not mean it any more; it is left out.", address, _name);
}
