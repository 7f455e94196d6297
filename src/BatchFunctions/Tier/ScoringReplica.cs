using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Telemetry;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Tier;

/// <summary>
/// One process of the scoring service. It takes shards while it has room, writes down who has them, scores them as the job's own process would, and
/// lets its heartbeat tell that it is alive. What it has not committed when it is stopped, it hands back.
/// </summary>
public sealed class ScoringReplica : IAsyncDisposable
{
    private const int MaxTries = 5;
    private static readonly TimeSpan OldBeat = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Job, int Shard), HeldShard> _held = [];
    private readonly JobServices _services;
    private readonly RegisteredActivity<ShardRequest, ShardOutcome> _score;
    private readonly ReplicaOptions _options;
    private readonly TierFiles _files;
    private readonly WantedReplicas _wanted;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _slots;
    private readonly ActivityThreads _threads;
    private readonly SemaphoreSlim _change = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _silence = new();
    private readonly Meter _meter = new(BatchMeter.Name);
    private readonly UpDownCounter<long> _queue;
    private readonly Counter<long> _taken;
    private readonly Counter<long> _refused;
    private Task _beating = Task.CompletedTask;
    private long _beat;
    private long _beatAt;
    private double _seconds = 1;
    private bool _isStopping;
    private bool _hasRefused;
    private int _handedBack;

    /// <summary>Sets a replica up; it takes nothing before it is started.</summary>
    /// <param name="services">What the machine offers; its work folder is that of the hosts whose jobs it scores.</param>
    /// <param name="runtime">The activities on this machine.</param>
    /// <param name="options">How much it takes on.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a setting is wrong.</exception>
    public ScoringReplica(JobServices services, JobRuntime runtime, ReplicaOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentNullException.ThrowIfNull(options);
        options.EnsureValid();
        (_services, _options) = (services, options);
        _score = runtime.Catalog.Activities.Get(JobActivities.ScoreShard);
        _files = new TierFiles(services);
        _logger = services.Loggers.CreateLogger("BatchFunctions.Replica");
        _slots = new SemaphoreSlim(options.MaxRunning);
        // Not on the thread pool: whoever asks for scores, or whether the replica is well, is answered there while shards are scored.
        _threads = new ActivityThreads(options.MaxRunning);
        string host = string.Concat(Environment.MachineName.ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c == '-').Take(40));
        Name = $"{host}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        _wanted = new WantedReplicas(_files, Name, options, services.Time);
        _queue = runtime.Meter.QueueDepth;
        _taken = _meter.CreateCounter<long>("batch.tier.shards.taken", "{shard}", "Shards that the replica took.");
        _refused = _meter.CreateCounter<long>("batch.tier.shards.refused", "{shard}", "Orders that the replica had no room for.");
        _meter.CreateObservableGauge("batch.tier.shards.queued", () => Load().Queued, "{shard}", "Shards that wait in the replica.");
        _meter.CreateObservableGauge("batch.tier.shards.running", () => Load().Running, "{shard}", "Shards that the replica scores.");
    }

    /// <summary>Its name, another one after each start.</summary>
    public string Name { get; }

    /// <summary>Whether it takes shards and its heartbeat can be written.</summary>
    public bool IsReady
    {
        get
        {
            lock (_lock)
                return !_isStopping && _beat > 0 && _services.Time.GetElapsedTime(_beatAt) < _options.LostAfter;
        }
    }

    /// <summary>What it is and has room for.</summary>
    public ReplicaDescription Describe()
    {
        (int running, int queued) = Load();
        var software = SoftwareVersions.OfThisProcess();
        var offered = _services.Devices();
        return new ReplicaDescription(
            Name, software.BatchFunctions, software.OnnxRuntime, offered.Devices, offered.WhyNotMore, _options.MaxRunning, _options.MaxQueued, running, queued);
    }

    /// <summary>Writes the first heartbeat; from then on it takes shards.</summary>
    /// <exception cref="BatchFunctionsException">The work folder cannot be written to.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await BeatAsync(cancellationToken);
        await _files.RemoveOldBeatsAsync(_services.Time.GetUtcNow() - OldBeat, cancellationToken);
        _beating = Task.Run(BeatOnAsync, CancellationToken.None);
        _logger.LogInformation("Replica {Replica} takes shards: {Running} at once and {Queued} more.", Name, _options.MaxRunning, _options.MaxQueued);
    }

    /// <summary>Takes a shard, or says why not. The same order may come again.</summary>
    /// <param name="order">The order; its job id and numbers are valid.</param>
    /// <param name="cancellationToken">Ends the work; nothing is taken then.</param>
    /// <exception cref="BatchFunctionsException">The work folder cannot be reached.</exception>
    public async Task<ShardAdmission> AcceptAsync(ShardOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        HeldShard held;
        bool isNew;
        lock (_lock)
        {
            if (_isStopping)
                return new(AdmissionKind.Stopping, RetryAfter: TimeSpan.FromSeconds(1));
            if (_held.TryGetValue((order.Job, order.Shard), out HeldShard? there) && there.Order.Attempt >= order.Attempt)
                return new(AdmissionKind.Accepted, there.ToReceipt(Name));
            if (there is null && IsFull())
            {
                _refused.Add(1);
                _hasRefused = true;
                return new(AdmissionKind.Busy, RetryAfter: TimeSpan.FromSeconds(Math.Clamp(Math.Round(_seconds / _options.MaxRunning), 1, 30)));
            }

            isNew = there is null;
            held = there ?? new HeldShard(ReferenceOf(order.Job) with { TraceParent = order.TraceParent }, order, _beat + 1);
            held.Order = order;
            _held[held.Key] = held;
        }

        ShardAdmission? answer = null;
        try
        {
            answer = await ClaimAsync(held, order, cancellationToken);
        }
        finally
        {
            if (isNew && answer?.Kind is not AdmissionKind.Accepted)
                Drop(held);
        }

        if (isNew && answer.Kind is AdmissionKind.Accepted)
        {
            _taken.Add(1);
            held.Work = Task.Run(() => WorkAsync(held), CancellationToken.None);
        }

        return answer;
    }

    /// <summary>Where a shard is, whichever replica has it; null where nobody was asked for it.</summary>
    /// <param name="job">The job's id, valid.</param>
    /// <param name="shard">The shard's number.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <exception cref="BatchFunctionsException">The work folder cannot be reached.</exception>
    public async Task<ShardReceipt?> FindAsync(string job, int shard, CancellationToken cancellationToken)
    {
        string id = ShardId.Of(job, shard);
        JobReference reference = ReferenceOf(job);
        if (await _services.WorkFolderOf(reference).FindCommitAsync(shard, cancellationToken) is { } commit)
            return ReceiptOf(job, commit);
        if ((await _files.FindClaimAsync(reference, shard, cancellationToken)).Content is not { } claim)
            return null;
        var receipt = new ShardReceipt(id, ShardReceipt.Queued, claim.Attempt, claim.Replica, claim.Beat, Kind: claim.Kind, Error: claim.Message);
        if (claim.State is not ClaimState.Accepted)
            return receipt with { State = claim.State is ClaimState.Failed ? ShardReceipt.GivenUp : ShardReceipt.HandedBack };

        ReplicaBeat? beat = await _files.FindBeatAsync(claim.Replica, cancellationToken);
        ShardAtWork? atWork = beat?.Shards.FirstOrDefault(s => s.Job == job && s.Shard == shard);
        if (beat is null || _services.Time.GetUtcNow() - beat.At > _options.LostAfter || (atWork is null && beat.Number >= claim.Beat))
            return await _services.WorkFolderOf(reference).FindCommitAsync(shard, cancellationToken) is { } meanwhile ? ReceiptOf(job, meanwhile) : receipt with { State = ShardReceipt.Lost };
        return receipt with { State = atWork is { IsRunning: true } ? ShardReceipt.Running : ShardReceipt.Queued };
    }

    /// <summary>Takes nothing more, hands back what waits, lets what is at work end within <see cref="ReplicaOptions.DrainLimit"/>, then breaks it off and hands it back too.</summary>
    public async Task StopAsync()
    {
        Task work;
        HeldShard[] waiting;
        lock (_lock)
        {
            if (_isStopping)
                return;
            _isStopping = true;
            work = Task.WhenAll(_held.Values.Select(h => h.Work));
            waiting = [.. _held.Values.Where(h => !h.IsRunning)];
        }

        foreach (HeldShard held in waiting)
            await held.Unwanted.CancelAsync();
        try
        {
            await work.WaitAsync(_options.DrainLimit, _services.Time);
        }
        catch (TimeoutException)
        {
            await _stop.CancelAsync();
        }

        await work;
        await _silence.CancelAsync();
        await _beating;
        try
        {
            using var limit = new CancellationTokenSource(_options.SettleLimit, _services.Time);
            await _files.DeleteBeatAsync(Name, limit.Token);
            await _wanted.EndAsync(limit.Token);
            _logger.LogInformation("Replica {Replica} has stopped; {Shards} shards were handed back.", Name, _handedBack);
        }
        catch (Exception failure) when (failure is BatchFunctionsException or OperationCanceledException)
        {
            _logger.LogWarning(failure, "The heartbeat of replica {Replica} could not be taken away. Its shards are dispatched again once it has stood still for long enough.", Name);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _meter.Dispose();
        _slots.Dispose();
        _threads.Dispose();
        _change.Dispose();
        _stop.Dispose();
        _silence.Dispose();
    }

    private static ShardReceipt ReceiptOf(string job, CommitRecord commit) =>
        new(ShardId.Of(job, commit.Shard), ShardReceipt.Committed, Records: commit.Records, Failed: commit.Failed);

    private JobReference ReferenceOf(string job) => new(job, _services.WorkFolderOf(job).Location.ToString());

    private (int Running, int Queued) Load()
    {
        lock (_lock)
        {
            int running = _held.Values.Count(h => h.IsRunning);
            return (running, _held.Count - running);
        }
    }

    // With nothing in hand, memory is no reason: nobody would ever give any back.
    private bool IsFull() =>
        _held.Count >= _options.MaxRunning + _options.MaxQueued || (_held.Count > 0 && _options.MemoryShare() > _options.MaxMemoryShare);

    private async Task<ShardAdmission> ClaimAsync(HeldShard held, ShardOrder order, CancellationToken cancellationToken)
    {
        WorkFolder work = _services.WorkFolderOf(held.Job);
        if (await work.FindPlanAsync(cancellationToken) is not { } plan)
            return new(AdmissionKind.NoSuchJob);
        if (order.Shard >= plan.Shards)
            return new(AdmissionKind.NoSuchShard);
        if (await work.FindCommitAsync(order.Shard, cancellationToken) is { } commit)
            return new(AdmissionKind.Committed, ReceiptOf(order.Job, commit));

        var mine = new ShardClaim(order.Shard, order.Attempt, order.BatchDivisor, Name, held.Beat, ClaimState.Accepted, _services.Time.GetUtcNow());
        for (int attempt = 1; attempt <= MaxTries; attempt++)
        {
            (ShardClaim? there, string? etag) = await _files.FindClaimAsync(held.Job, order.Shard, cancellationToken);
            if (there is not null && (there.Attempt > order.Attempt || (there.Attempt == order.Attempt && there.Replica != Name)))
                return new(AdmissionKind.Elsewhere, new ShardReceipt(ShardId.Of(order.Job, order.Shard), ShardReceipt.Queued, there.Attempt, there.Replica, there.Beat));
            if (await _files.PutClaimAsync(held.Job, mine, etag, cancellationToken) is not null)
                return new(AdmissionKind.Accepted, held.ToReceipt(Name));
        }

        return new(AdmissionKind.Busy, RetryAfter: TimeSpan.FromSeconds(1));
    }

    private async Task WorkAsync(HeldShard held)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, held.Unwanted.Token);
        try
        {
            _queue.Add(1);
            try
            {
                await _slots.WaitAsync(end.Token);
            }
            finally
            {
                _queue.Add(-1);
            }

            try
            {
                long started = _services.Time.GetTimestamp();
                lock (_lock)
                    held.IsRunning = true;
                await _threads.RunAsync(() => _score.InvokeAsync(new ShardRequest(held.Job, held.Order.Shard, held.Order.BatchDivisor), end.Token));
                lock (_lock)
                    _seconds += (_services.Time.GetElapsedTime(started).TotalSeconds - _seconds) / 8;
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            Interlocked.Increment(ref _handedBack);
            await SettleAsync(held, ClaimState.HandedBack, null);
        }
        catch (Exception failure)
        {
            var cause = ActivityFailure.From(failure);
            _logger.LogWarning(failure, "Shard {Shard} of job {JobId} failed.", held.Order.Shard, held.Job.JobId);
            await SettleAsync(held, ClaimState.Failed, cause);
        }
        finally
        {
            Drop(held);
        }
    }

    // Where this cannot be written, the heartbeat no longer shows the shard, and whoever waits for it dispatches it again.
    private async Task SettleAsync(HeldShard held, ClaimState state, ActivityFailure? cause)
    {
        try
        {
            using var limit = new CancellationTokenSource(_options.SettleLimit, _services.Time);
            (ShardClaim? claim, string? etag) = await _files.FindClaimAsync(held.Job, held.Order.Shard, limit.Token);
            if (claim is not null && claim.Replica == Name && claim.Attempt == held.Order.Attempt)
                await _files.PutClaimAsync(held.Job, claim with { State = state, Kind = cause?.Kind, Message = cause?.Message, At = _services.Time.GetUtcNow() }, etag, limit.Token);
        }
        catch (Exception failure) when (failure is BatchFunctionsException or OperationCanceledException)
        {
            _logger.LogWarning(failure, "What became of shard {Shard} of job {JobId} could not be written down; it is dispatched again.", held.Order.Shard, held.Job.JobId);
        }
    }

    private void Drop(HeldShard held)
    {
        lock (_lock)
            _held.Remove(held.Key);
        Changed();
    }

    private void Changed()
    {
        lock (_lock)
            if (_change.CurrentCount == 0)
                _change.Release();
    }

    private async Task BeatOnAsync()
    {
        long lookedAt = _services.Time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(_options.BeatSpacing, _services.Time, _silence.Token);
                await _change.WaitAsync(_options.BeatInterval, _silence.Token);
                try
                {
                    await BeatAsync(_silence.Token);
                    await TellWantedAsync(_silence.Token);
                    if (_services.Time.GetElapsedTime(lookedAt) < _options.BeatInterval)
                        continue;
                    lookedAt = _services.Time.GetTimestamp();
                    await LetGoOfUnwantedAsync(_silence.Token);
                }
                catch (BatchFunctionsException failure)
                {
                    _logger.LogWarning(failure, "The heartbeat of replica {Replica} could not be written, or stopped jobs could not be looked for; it is tried again.", Name);
                }
            }
        }
        catch (OperationCanceledException) when (_silence.IsCancellationRequested)
        {
        }
    }

    private async Task TellWantedAsync(CancellationToken cancellationToken)
    {
        bool isBusy, hasRefused;
        lock (_lock)
            (isBusy, hasRefused, _hasRefused) = (_held.Count > 0, _hasRefused, false);
        await _wanted.TellAsync(isBusy, hasRefused, cancellationToken);
    }

    private async Task LetGoOfUnwantedAsync(CancellationToken cancellationToken)
    {
        HeldShard[] held;
        lock (_lock)
            held = [.. _held.Values];
        foreach (IGrouping<string, HeldShard> job in held.GroupBy(h => h.Job.JobId, StringComparer.Ordinal))
        {
            if (await _files.WithdrawalOf(job.First().Job).ReadAsync(cancellationToken) is not { Value: var withdrawal })
                continue;
            HeldShard[] unwanted = [.. job.Where(h => h.Order.Attempt <= withdrawal.Through && !h.Unwanted.IsCancellationRequested)];
            foreach (HeldShard shard in unwanted)
                await shard.Unwanted.CancelAsync();
            if (unwanted.Length > 0)
                _logger.LogInformation("Job {JobId} was stopped; replica {Replica} lets go of {Shards} of its shards.", job.Key, Name, unwanted.Length);
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        ReplicaBeat beat;
        lock (_lock)
        {
            beat = new ReplicaBeat(
                Name, ++_beat, _services.Time.GetUtcNow(), [.. _held.Values.Select(h => new ShardAtWork(h.Job.JobId, h.Order.Shard, h.Order.Attempt, h.IsRunning)).OrderBy(s => s.Job, StringComparer.Ordinal).ThenBy(s => s.Shard)]);
        }

        await _files.PutBeatAsync(beat, cancellationToken);
        lock (_lock)
            _beatAt = _services.Time.GetTimestamp();
    }
}
