namespace BatchFunctions.Tier;

/// <summary>
/// Tells a platform how many replicas are wanted, by as many files in a folder that it counts: one for each replica that has shards in hand, so that none of them is taken away, and another for
/// each that lately had to refuse some, so that there will be more. Nobody's files are left where all replicas are idle.
/// </summary>
/// <param name="files">The tier's files.</param>
/// <param name="name">The replica's name.</param>
/// <param name="options">How long a replica that is idle counts as at work, and after how long one without a heartbeat as dead.</param>
/// <param name="time">The clock.</param>
internal sealed class WantedReplicas(TierFiles files, string name, ReplicaOptions options, TimeProvider time)
{
    private readonly Dictionary<string, (long Beat, long Since)> _others = new(StringComparer.Ordinal);
    private readonly string _more = $"{name}.more";
    private long? _busyAt;
    private long? _refusedAt;
    private long _lookedAt = time.GetTimestamp();

    /// <summary>Writes what is wanted now, takes away what is wanted no longer, and, now and then, what dead replicas have left.</summary>
    /// <param name="isBusy">Whether the replica has shards in hand.</param>
    /// <param name="hasRefused">Whether it had to refuse some since it was asked last.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BatchFunctionsException">The work folder cannot be reached.</exception>
    public async Task TellAsync(bool isBusy, bool hasRefused, CancellationToken cancellationToken)
    {
        _busyAt = await TellAsync(name, isBusy, _busyAt, cancellationToken);
        _refusedAt = await TellAsync(_more, hasRefused, _refusedAt, cancellationToken);
        if (time.GetElapsedTime(_lookedAt) < options.LostAfter / 4)
            return;
        _lookedAt = time.GetTimestamp();
        await ForgetDeadAsync(cancellationToken);
    }

    /// <summary>Takes the replica's own files away.</summary>
    /// <exception cref="BatchFunctionsException">The work folder cannot be reached.</exception>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await files.DeleteWantedAsync(name, cancellationToken);
        await files.DeleteWantedAsync(_more, cancellationToken);
    }

    private async Task<long?> TellAsync(string file, bool holds, long? since, CancellationToken cancellationToken)
    {
        if (holds)
        {
            if (since is null)
                await files.PutWantedAsync(file, cancellationToken);
            return time.GetTimestamp();
        }

        if (since is not { } last || time.GetElapsedTime(last) < options.IdleAfter)
            return since;
        await files.DeleteWantedAsync(file, cancellationToken);
        return null;
    }

    // A heartbeat that stands still is told by its number, by this replica's clock.
    private async Task ForgetDeadAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> there = await files.ListWantedAsync(cancellationToken);
        foreach (string file in there)
        {
            string other = file.EndsWith(".more", StringComparison.Ordinal) ? file[..^".more".Length] : file;
            if (other == name)
                continue;
            long beat = (await files.FindBeatAsync(other, cancellationToken))?.Number ?? 0;
            if (!_others.TryGetValue(file, out (long Beat, long Since) seen) || seen.Beat != beat)
                _others[file] = (beat, time.GetTimestamp());
            else if (time.GetElapsedTime(seen.Since) >= options.LostAfter)
                await files.DeleteWantedAsync(file, cancellationToken);
        }

        foreach (string gone in _others.Keys.Except(there).ToArray())
            _others.Remove(gone);
    }
}
