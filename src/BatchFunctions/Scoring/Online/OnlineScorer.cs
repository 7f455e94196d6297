using BatchFunctions.Models;
using BatchFunctions.Models.Devices;
using BatchFunctions.Pipelines;
using BatchFunctions.Triggers;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Scoring.Online;

/// <summary>
/// Scores a few rows while somebody waits, by the reader, the preparation and the decisions of jobs. What a pipeline or an approval says is looked at again every
/// half minute, beside the requests; what nobody asked for in a while is let go.
/// </summary>
public sealed class OnlineScorer : IAsyncDisposable
{
    private const int MaxTargets = 16;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string? Pipeline, string? Model), OnlineSlot> _slots = [];
    private readonly JobServices _services;
    private readonly ModelSessionCache _models;
    private readonly PipelineFolder _pipelines;
    private readonly ILogger _logger;

    /// <summary>Sets it up; nothing is loaded before it is asked for.</summary>
    /// <param name="services">What the machine offers.</param>
    /// <param name="runtime">Whose loaded models are used.</param>
    /// <param name="pipelines">The pipelines that may be named.</param>
    public OnlineScorer(JobServices services, JobRuntime runtime, PipelineFolder pipelines)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentNullException.ThrowIfNull(pipelines);
        (_services, _models, _pipelines) = (services, runtime.Models, pipelines);
        _logger = services.Loggers.CreateLogger("BatchFunctions.Online");
    }

    /// <summary>Scores rows.</summary>
    /// <param name="request">The rows, each a JSON object, and by what they are scored.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: there is no such pipeline or model, or they do not fit each other.</exception>
    public async Task<OnlineScores> ScoreAsync(OnlineRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        (string?, string?) key = (request.Pipeline, request.Model);
        OnlineSlot slot = Take(key);
        try
        {
            OnlineTarget target = await slot.Target.Value.WaitAsync(cancellationToken);
            return await target.ScoreAsync(request.Rows, cancellationToken);
        }
        finally
        {
            await GiveBackAsync(slot);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        OnlineSlot[] all;
        lock (_lock)
        {
            all = [.. _slots.Values];
            _slots.Clear();
        }

        foreach (OnlineSlot slot in all)
            await slot.DisposeAsync();
    }

    private OnlineSlot Take((string? Pipeline, string? Model) key)
    {
        List<OnlineSlot> gone = [];
        OnlineSlot? slot;
        lock (_lock)
        {
            long now = _services.Time.GetTimestamp();
            if (_slots.TryGetValue(key, out slot) && slot.HasFailed)
            {
                _slots.Remove(key);
                slot = null;
            }

            if (slot is null)
            {
                foreach ((var old, OnlineSlot idle) in _slots.Where(s => s.Value.Users == 0).OrderBy(s => s.Value.UsedAt).ToArray())
                    if (_slots.Count >= MaxTargets || _services.Time.GetElapsedTime(idle.UsedAt, now) > _services.ContextIdleTime)
                    {
                        _slots.Remove(old);
                        gone.Add(idle);
                    }

                _slots.Add(key, slot = new OnlineSlot(() => LoadAsync(key.Pipeline, key.Model), now));
            }
            else if (!slot.IsChecking && _services.Time.GetElapsedTime(slot.CheckedAt, now) > Fresh)
            {
                slot.IsChecking = true;
                _ = CheckAsync(key, slot);
            }

            slot.Users++;
            slot.UsedAt = now;
        }

        foreach (OnlineSlot idle in gone)
            _ = idle.DisposeAsync().AsTask();
        return slot;
    }

    private async ValueTask GiveBackAsync(OnlineSlot slot)
    {
        bool isLast;
        lock (_lock)
            isLast = --slot.Users == 0 && slot.IsGone;
        if (isLast)
            await slot.DisposeAsync();
    }

    private async Task CheckAsync((string? Pipeline, string? Model) key, OnlineSlot slot)
    {
        OnlineSlot? old = null;
        try
        {
            OnlineTarget target = await slot.Target.Value;
            (PipelineDefinition pipeline, string json) = await ReadAsync(key.Pipeline, key.Model, CancellationToken.None);
            PinnedModel model = await ResolveAsync(pipeline, CancellationToken.None);
            if (json != target.Json || model != target.Model)
            {
                var next = new OnlineSlot(() => LoadAsync(key.Pipeline, key.Model), _services.Time.GetTimestamp());
                await next.Target.Value;
                lock (_lock)
                {
                    // Whoever let the slot go meanwhile disposes of it, and nobody asks for what would take its place.
                    if (_slots.TryGetValue(key, out OnlineSlot? there) && ReferenceEquals(there, slot))
                    {
                        _slots[key] = next;
                        slot.IsGone = true;
                        old = slot.Users == 0 ? slot : null;
                    }
                    else
                    {
                        old = next;
                    }
                }
            }
        }
        catch (Exception failure)
        {
            _logger.LogWarning(failure, "What {Pipeline} {Model} means now could not be found out; rows are scored by what it meant before.", key.Pipeline, key.Model);
        }
        finally
        {
            lock (_lock)
                (slot.CheckedAt, slot.IsChecking) = (_services.Time.GetTimestamp(), false);
        }

        if (old is not null)
            await old.DisposeAsync();
    }

    private async Task<OnlineTarget> LoadAsync(string? pipeline, string? model)
    {
        (PipelineDefinition definition, string json) = await ReadAsync(pipeline, model, CancellationToken.None);
        PinnedModel pinned = await ResolveAsync(definition, CancellationToken.None);
        DeviceChoice device = DeviceChoice.Choose(definition.Scoring, _services.Devices(), "the scoring service");
        ModelSessionLease lease = await _models.AcquireAsync(_services.Registry(_services.ModelsFolder), pinned, device.Device, CancellationToken.None);
        try
        {
            return new OnlineTarget(definition, json, pinned, lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private async Task<(PipelineDefinition Pipeline, string Json)> ReadAsync(string? name, string? model, CancellationToken cancellationToken)
    {
        if (name is null)
            return (new PipelineDefinition { Name = "online", Model = model!, Source = new SourceDefinition { Path = "" } }, "");
        PipelineEntry entry = await _pipelines.FindAsync(name, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"There is no pipeline '{name}'. Write the name of a pipeline in the service's folder of pipelines, or a model instead.");
        return entry.CanStart
            ? (entry.Definition with { Model = model ?? entry.Definition.Model }, entry.Json)
            : throw new BatchFunctionsException(ErrorKind.Request, $"The pipeline '{name}' cannot be used. {entry.Error}");
    }

    private async Task<PinnedModel> ResolveAsync(PipelineDefinition pipeline, CancellationToken cancellationToken) =>
        (await ModelRequest.Parse(pipeline.Model).ResolveAsync(_services.Registry(_services.ModelsFolder), _services.EnvironmentVariable, cancellationToken)).Version.Pin();
}
