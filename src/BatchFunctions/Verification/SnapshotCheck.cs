using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Storage;

namespace BatchFunctions.Verification;

/// <summary>Compares the input's files with what the job had pinned.</summary>
internal static class SnapshotCheck
{
    /// <summary>Looks at the files of a snapshot.</summary>
    /// <param name="source">Where the files are.</param>
    /// <param name="job">What the job was pinned to.</param>
    /// <param name="now">The files as they are found in <paramref name="source"/>: those that were pinned, or where these have gone since.</param>
    /// <param name="metadata">What the run folder says of the job; null where that cannot be read.</param>
    /// <param name="metadataAddress">Its address.</param>
    /// <param name="hashes">What the files hold; null where that was not looked at.</param>
    /// <param name="findings">Takes what is wrong.</param>
    /// <param name="options">How many files are looked at at once.</param>
    /// <returns>The positions in the snapshot of the files that are not what was pinned.</returns>
    public static async Task<IReadOnlySet<int>> RunAsync(
        StoreLocation source, JobDefinition job, IReadOnlyList<SnapshotFile> now, RunMetadata? metadata, string metadataAddress, SnapshotHashes? hashes, Findings findings, ParallelOptions options)
    {
        if (metadata is not null && metadata.DataSnapshot.Sha256 != SnapshotReader.DigestOf(job.Snapshot))
            findings.Fault(metadataAddress, "data_snapshot.sha256 is not the digest of the files that the job was pinned to.");
        IReadOnlyList<DataSnapshotFile>? listing = metadata?.DataSnapshot.Listing;
        var changed = new bool[job.Snapshot.Count];
        int unhashed = 0;
        await Parallel.ForAsync(0, job.Snapshot.Count, options, async (i, token) =>
        {
            SnapshotFile pinned = job.Snapshot[i];
            string address = source.Below(now[i].Key).ToString();
            findings.Count();
            DataSnapshotFile? listed = listing is not null && i < listing.Count ? listing[i] : null;
            if (listed is not null && (listed.Key, listed.Bytes, listed.ETag) != (pinned.Key, pinned.Length, pinned.ETag))
                findings.Fault(metadataAddress, $"data_snapshot.listing has {listed.Key} otherwise than the job was pinned to it.");
            string? expected = hashes?.Sha256[i] ?? pinned.Sha256 ?? listed?.Sha256;
            if (expected is null && pinned.Length > 0)
                Interlocked.Increment(ref unhashed);
            if (await CompareAsync(source, now[i], expected, token) is not { } wrong)
                return;
            changed[i] = true;
            findings.Fault(address, wrong);
        });
        if (unhashed > 0)
        {
            findings.Skip(FormattableString.Invariant(
                $"The contents of {unhashed} file(s): the job took no SHA-256 of them (see source.hash), so that only their length and version were compared. --all finds whatever change has an influence on the scores."));
        }

        return Enumerable.Range(0, changed.Length).Where(i => changed[i]).ToHashSet();
    }

    private static async Task<string?> CompareAsync(StoreLocation source, SnapshotFile pinned, string? expected, CancellationToken cancellationToken)
    {
        ObjectProperties? now = await source.Store.FindAsync(source.Key(pinned.Key), cancellationToken);
        if (now is null)
            return "It is gone.";
        if (now.Length != pinned.Length)
            return FormattableString.Invariant($"It has {now.Length} bytes, but had {pinned.Length} when the job read it.");
        if (expected is not null)
        {
            string hash = await ContentHash.OfObjectAsync(source.Store, now.Key, now.ETag, cancellationToken);
            if (hash != expected)
                return $"Its SHA-256 is {hash}, but was {expected} when the job read it: its content has changed.";
        }

        return now.ETag == pinned.ETag
            ? null
            : $"It was written again since the job read it: its ETag is {now.ETag}, but was {pinned.ETag}{(expected is null ? "" : ". Its content is the same")}.";
    }
}
