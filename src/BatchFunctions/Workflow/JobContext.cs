using System.Collections.Concurrent;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Scoring;
using BatchFunctions.Storage;
using BatchFunctions.Telemetry;

namespace BatchFunctions.Workflow;

/// <summary>One job as this machine has it at hand.</summary>
internal sealed class JobContext : IAsyncDisposable
{
    private readonly WorkFolder? _work;
    private readonly ModelSessionLease _model;
    private readonly ModelSessionLease? _challenger;
    private readonly BatchMeter _meter;
    private readonly BatchLimits _limits;
    private readonly SemaphoreSlim _free;
    private readonly ConcurrentBag<ShardScorer> _idle = [];
    private readonly ConcurrentDictionary<int, Lazy<Task<PlanPage>>> _pages = new();

    private JobContext(
        WorkFolder? work, JobDefinition job, RunFolder run, IReadOnlyList<SourceFile> files, ModelSessionLease model, ModelSessionLease? challenger, ScoringDevice device, BatchLimits limits, BatchMeter meter, int maxParallel)
    {
        _work = work;
        _free = new SemaphoreSlim(maxParallel);
        (_model, _challenger) = (model, challenger);
        _meter = meter;
        _limits = limits;
        Device = device;
        Job = job;
        Run = run;
        Files = files;
        Formats = new InputFormats(job);
        PartExtension = job.Pipeline.Output.Format == FileFormat.Csv ? "csv" : "parquet";
    }

    /// <summary>What the job was pinned to.</summary>
    public JobDefinition Job { get; }

    /// <summary>Its run folder.</summary>
    public RunFolder Run { get; }

    /// <summary>The snapshot's files, in order.</summary>
    public IReadOnlyList<SourceFile> Files { get; }

    /// <summary>The files' formats.</summary>
    public InputFormats Formats { get; }

    /// <summary>Where its model runs on this machine.</summary>
    public ScoringDevice Device { get; }

    /// <summary>The beginning of the parts' names. Those that a reprocess adds come behind those that are there.</summary>
    public string PartStem => Job.Reprocess is { } reprocess ? FormattableString.Invariant($"part-r{reprocess.Number:D4}-") : "part-";

    /// <summary>The ending of the parts' names.</summary>
    public string PartExtension { get; }

    /// <summary>Whether its model was let go of, so that nothing can be borrowed any more.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Loads the job that <paramref name="reference"/> leads to.</summary>
    public static async Task<JobContext> LoadAsync(JobServices services, ModelSessionCache models, BatchMeter meter, JobReference reference, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(reference);
        return await LoadAsync(services, models, meter, await work.ReadJobAsync(cancellationToken), work, cancellationToken);
    }

    /// <summary>Loads what <paramref name="job"/> is pinned to.</summary>
    /// <param name="services">What the machine offers.</param>
    /// <param name="models">Where its model is loaded, or found loaded.</param>
    /// <param name="meter">Where records are counted.</param>
    /// <param name="job">The job.</param>
    /// <param name="work">Its work folder, or null where it has none yet; its shards then cannot be read.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<JobContext> LoadAsync(
        JobServices services, ModelSessionCache models, BatchMeter meter, JobDefinition job, WorkFolder? work, CancellationToken cancellationToken)
    {
        StoreLocation source = services.Stores.Resolve(job.SourceStore, services.BaseFolder);
        SourceFile[] files = [.. job.Snapshot.Select(f => new SourceFile(source.Store, source.Key(f.Key), f.Length, f.ETag))];
        ModelRegistry registry = services.Registry(job.ModelsFolder);
        ScoringDevice device = services.DeviceOf(job);
        ModelSessionLease model = await models.AcquireAsync(registry, job.Model, device, cancellationToken);
        try
        {
            ModelSessionLease? challenger = job.Challenger is { } second ? await models.AcquireAsync(registry, second.Model, device, cancellationToken) : null;
            return new JobContext(work, job, services.RunFolderOf(job), files, model, challenger, device, models.Limits, meter, services.MaxParallelOf(job));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>A shard of the plan.</summary>
    public async Task<Shard> ReadShardAsync(int index, CancellationToken cancellationToken)
    {
        int number = index / Plan.DefaultPageSize;
        Lazy<Task<PlanPage>> entry = _pages.GetOrAdd(number, n => new(() => _work!.ReadPageAsync(n, CancellationToken.None)));
        try
        {
            PlanPage page = await entry.Value.WaitAsync(cancellationToken);
            return page.Shards[index - (number * Plan.DefaultPageSize)];
        }
        catch when (entry.Value.IsFaulted)
        {
            _pages.TryRemove(new(number, entry));
            throw;
        }
    }

    /// <summary>Notes that there was no memory for a batch, so that the shards that follow begin with a smaller one where that makes sense.</summary>
    public void ExceedMemory(int batchSize) => _limits.Exceed(Job.Model, Device, batchSize);

    /// <summary>
    /// Borrows a scorer, one with warm buffers where there is one. There are as many as shards may be scored at once; whoever comes when all are
    /// at work waits.
    /// </summary>
    /// <param name="divisor">What the planned batch size is divided by.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ScorerLease> RentScorerAsync(int divisor, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        _meter.QueueDepth.Add(1);
        try
        {
            await _free.WaitAsync(cancellationToken);
        }
        finally
        {
            _meter.QueueDepth.Add(-1);
        }

        try
        {
            divisor = _limits.DivisorFor(Job.Model, Device, Job.BatchSize, divisor);
            ShardScorer? scorer = null;
            if (divisor == 1)
                _idle.TryTake(out scorer);
            scorer ??= new ShardScorer(Job, _model.Session, Formats, _meter, Math.Max(1, Job.BatchSize / divisor), _challenger?.Session);
            return new ScorerLease(scorer, (s, keep) => ReturnAsync(s, keep && divisor == 1));
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        IsDisposed = true;
        while (_idle.TryTake(out ShardScorer? scorer))
            await scorer.DisposeAsync();
        _free.Dispose();
        _model.Dispose();
        _challenger?.Dispose();
    }

    private async ValueTask ReturnAsync(ShardScorer scorer, bool keep)
    {
        try
        {
            if (keep && !IsDisposed)
                _idle.Add(scorer);
            else
                await scorer.DisposeAsync();
        }
        finally
        {
            _free.Release();
        }
    }
}
