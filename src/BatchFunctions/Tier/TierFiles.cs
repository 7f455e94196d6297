using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tier;

/// <summary>The scoring tier's small files in the folder of the jobs' work folders: claims beside each job's commit records, and the replicas' heartbeats.</summary>
/// <param name="services">What the machine offers.</param>
internal sealed class TierFiles(JobServices services)
{
    private const int MaxTries = 8;

    /// <summary>The folder of the heartbeats.</summary>
    public StoreLocation Beats { get; } = services.Stores.Resolve(services.WorkFolder, services.BaseFolder).Below("_replicas");

    /// <summary>The folder whose files a platform counts, to see how many replicas are wanted.</summary>
    public StoreLocation Wanted { get; } = services.Stores.Resolve(services.WorkFolder, services.BaseFolder).Below(TierOptions.WantedFolder);

    /// <summary>Writes a file that says that a replica is wanted.</summary>
    public Task PutWantedAsync(string name, CancellationToken cancellationToken) => Wanted.Store.PutAsync(Wanted.Key(name), ReadOnlyMemory<byte>.Empty, PutCondition.None, cancellationToken);

    /// <summary>Takes such a file away.</summary>
    public Task DeleteWantedAsync(string name, CancellationToken cancellationToken) => Wanted.Store.DeleteAsync(Wanted.Key(name), cancellationToken);

    /// <summary>The names of all such files.</summary>
    public async Task<IReadOnlyList<string>> ListWantedAsync(CancellationToken cancellationToken)
    {
        List<string> names = [];
        await foreach (ObjectProperties found in Wanted.Store.ListAsync(Wanted.Path + "/", cancellationToken))
            names.Add(found.Key[(Wanted.Path.Length + 1)..]);
        return names;
    }

    /// <summary>Writes a replica's heartbeat.</summary>
    public Task PutBeatAsync(ReplicaBeat beat, CancellationToken cancellationToken) =>
        Beats.Store.PutAsync(BeatKey(beat.Replica), JsonSerializer.SerializeToUtf8Bytes(beat, TierJson.Default.ReplicaBeat), PutCondition.None, cancellationToken);

    /// <summary>A replica's last heartbeat, or null where it was stopped or never was.</summary>
    public async Task<ReplicaBeat?> FindBeatAsync(string replica, CancellationToken cancellationToken) =>
        (await FindAsync(Beats.Store, BeatKey(replica), TierJson.Default.ReplicaBeat, cancellationToken)).Content;

    /// <summary>Takes a replica's heartbeat away.</summary>
    public Task DeleteBeatAsync(string replica, CancellationToken cancellationToken) => Beats.Store.DeleteAsync(BeatKey(replica), cancellationToken);

    /// <summary>Removes the heartbeats of replicas that died long ago.</summary>
    public async Task RemoveOldBeatsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<string> old = [];
        await foreach (ObjectProperties found in Beats.Store.ListAsync(Beats.Path + "/", cancellationToken))
            if (found.LastModified < before)
                old.Add(found.Key);
        foreach (string key in old)
            await Beats.Store.DeleteAsync(key, cancellationToken);
    }

    /// <summary>A shard's claim, with its version, or nulls where nobody has claimed it.</summary>
    public Task<(ShardClaim? Content, string? ETag)> FindClaimAsync(JobReference job, int shard, CancellationToken cancellationToken)
    {
        StoreLocation work = services.WorkFolderOf(job).Location;
        return FindAsync(work.Store, ClaimKey(work, shard), TierJson.Default.ShardClaim, cancellationToken);
    }

    /// <summary>Writes a shard's claim.</summary>
    /// <param name="job">The job.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="etag">The version that it replaces; null where there must be none.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The new version; null where another came first.</returns>
    public async Task<string?> PutClaimAsync(JobReference job, ShardClaim claim, string? etag, CancellationToken cancellationToken)
    {
        StoreLocation work = services.WorkFolderOf(job).Location;
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(claim, TierJson.Default.ShardClaim);
        ObjectProperties? put = await work.Store.PutAsync(
            ClaimKey(work, claim.Shard), content, etag is null ? PutCondition.IfAbsent : PutCondition.IfMatch(etag), cancellationToken);
        return put?.ETag;
    }

    /// <summary>What a job that was stopped no longer wants.</summary>
    public StateFile<Withdrawal> WithdrawalOf(JobReference job) => new(
        services.WorkFolderOf(job).Location.Below("withdrawn.json"), TierJson.Default.Withdrawal, "Delete it: replicas then score what they have in hand to its end.");

    private static string ClaimKey(StoreLocation work, int shard) => work.Key(string.Create(CultureInfo.InvariantCulture, $"claims/{shard:D5}.json"));

    private string BeatKey(string replica) => Beats.Key($"{replica}.json");

    // They are replaced all the time, also between a look at one and its reading.
    private static async Task<(T? Content, string? ETag)> FindAsync<T>(IObjectStore store, string key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        for (int attempt = 1; ; attempt++)
        {
            if (await store.FindAsync(key, cancellationToken) is not { } found)
                return (null, null);
            try
            {
                byte[] bytes = new byte[found.Length];
                await store.ReadAsync(key, 0, bytes, found.ETag, cancellationToken);
                return (JsonSerializer.Deserialize(bytes, type), found.ETag);
            }
            catch (BatchFunctionsException changed) when (changed.Kind == ErrorKind.Integrity && attempt < MaxTries)
            {
                // The next look sees the newer one.
            }
            catch (JsonException broken)
            {
                throw new BatchFunctionsException(ErrorKind.Integrity, $"{key} in {store.Address} is damaged: {broken.Message}", broken);
            }
        }
    }
}
