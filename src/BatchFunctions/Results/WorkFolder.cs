using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using BatchFunctions.Monitoring;
using BatchFunctions.Planning;
using BatchFunctions.Storage;

namespace BatchFunctions.Results;

/// <summary>A job's work folder: what it was pinned to, its plan and its commit records. All of it is small JSON, written once.</summary>
/// <param name="Location">Where it is.</param>
internal sealed record WorkFolder(StoreLocation Location)
{
    /// <summary>The name of the pinned job's file.</summary>
    public const string JobFile = "job.json";

    private const string PlanFile = "plan.json";
    private const string SnapshotFile = "snapshot.json";
    private const string FindingsFile = "findings.json";

    /// <summary>The pinned job.</summary>
    public Task<JobDefinition?> FindJobAsync(CancellationToken cancellationToken) =>
        FindAsync(JobFile, WorkJson.Default.JobDefinition, cancellationToken);

    /// <summary>Pins the job, unless it is pinned already.</summary>
    /// <returns>The job as it is pinned: <paramref name="job"/>, or what an earlier run wrote.</returns>
    public Task<JobDefinition> PinJobAsync(JobDefinition job, CancellationToken cancellationToken) =>
        PutOnceAsync(JobFile, job, WorkJson.Default.JobDefinition, cancellationToken);

    /// <summary>The plan's head.</summary>
    public Task<Plan?> FindPlanAsync(CancellationToken cancellationToken) =>
        FindAsync(PlanFile, WorkJson.Default.Plan, cancellationToken);

    /// <summary>Writes the plan, its head last, unless it stands already.</summary>
    public async Task<Plan> PutPlanAsync(IReadOnlyList<Shard> shards, CancellationToken cancellationToken)
    {
        const int size = Plan.DefaultPageSize;
        for (int page = 0; page * size < shards.Count; page++)
        {
            var content = new PlanPage([.. shards.Skip(page * size).Take(size)]);
            // Pages count only with the head; those of a run that was killed before it are replaced.
            await PutAsync(PageFile(page), content, WorkJson.Default.PlanPage, PutCondition.None, cancellationToken);
        }

        long? records = 0;
        foreach (Shard shard in shards)
            foreach (Data.Segment segment in shard.Segments)
                records += segment.Records;
        return await PutOnceAsync(PlanFile, new Plan(shards.Count, size, records), WorkJson.Default.Plan, cancellationToken);
    }

    /// <summary>A page of the plan.</summary>
    public async Task<PlanPage> ReadPageAsync(int page, CancellationToken cancellationToken) =>
        await FindAsync(PageFile(page), WorkJson.Default.PlanPage, cancellationToken)
        ?? throw Lost(PageFile(page));

    /// <summary>A shard's commit record, or null where it is not committed.</summary>
    public Task<CommitRecord?> FindCommitAsync(int shard, CancellationToken cancellationToken) =>
        FindAsync(CommitFile(shard), WorkJson.Default.CommitRecord, cancellationToken);

    /// <summary>Commits a shard, unless it is committed already.</summary>
    /// <returns>The record that counts: <paramref name="commit"/>, or that of the run that came first.</returns>
    public Task<CommitRecord> CommitAsync(CommitRecord commit, CancellationToken cancellationToken) =>
        PutOnceAsync(CommitFile(commit.Shard), commit, WorkJson.Default.CommitRecord, cancellationToken);

    /// <summary>The address of a shard's commit record, for people.</summary>
    public string CommitAddress(int shard) => Location.Below(CommitFile(shard)).ToString();

    /// <summary>A merged group that starts at shard <paramref name="first"/>.</summary>
    public async Task<GroupRecord> ReadGroupAsync(int first, CancellationToken cancellationToken) =>
        await FindAsync(GroupFile(first), WorkJson.Default.GroupRecord, cancellationToken) ?? throw Lost(GroupFile(first));

    /// <summary>All merged groups of a plan, in order.</summary>
    public async Task<IReadOnlyList<GroupRecord>> ReadGroupsAsync(Plan plan, CancellationToken cancellationToken)
    {
        var groups = new GroupRecord[(plan.Shards + plan.PageSize - 1) / plan.PageSize];
        for (int i = 0; i < groups.Length; i++)
            groups[i] = await ReadGroupAsync(i * plan.PageSize, cancellationToken);
        return groups;
    }

    /// <summary>The commit records that there are, in the shards' order; what cannot be read is left out.</summary>
    public async Task<IReadOnlyList<CommitRecord>> ReadCommitsAsync(CancellationToken cancellationToken)
    {
        List<CommitRecord> commits = [];
        await foreach (ObjectProperties found in Location.Store.ListAsync(Location.Key("shards/"), cancellationToken))
            if (int.TryParse(Path.GetFileNameWithoutExtension(found.Key), CultureInfo.InvariantCulture, out int shard) && await FindCommitAsync(shard, cancellationToken) is { } commit)
                commits.Add(commit);
        return [.. commits.OrderBy(c => c.Shard)];
    }

    /// <summary>Writes a merged group; what an earlier run wrote is replaced.</summary>
    public Task PutGroupAsync(GroupRecord group, CancellationToken cancellationToken) =>
        PutAsync(GroupFile(group.First), group, WorkJson.Default.GroupRecord, PutCondition.None, cancellationToken);

    /// <summary>What the snapshot's files hold, or null where it was not looked at.</summary>
    public Task<SnapshotHashes?> FindSnapshotHashesAsync(CancellationToken cancellationToken) =>
        FindAsync(SnapshotFile, WorkJson.Default.SnapshotHashes, cancellationToken);

    /// <summary>Writes down what the snapshot's files hold.</summary>
    public Task PutSnapshotHashesAsync(SnapshotHashes hashes, CancellationToken cancellationToken) =>
        PutAsync(SnapshotFile, hashes, WorkJson.Default.SnapshotHashes, PutCondition.None, cancellationToken);

    /// <summary>
    /// Copies what a job that has ended is verified or reprocessed by later: what it was pinned to, its plan, its merged groups. Commit records stay
    /// behind, and where notifications go, which may be a secret.
    /// </summary>
    public async Task KeepAsync(WorkFolder target, CancellationToken cancellationToken)
    {
        JobDefinition job = await FindJobAsync(cancellationToken) ?? throw Lost(JobFile);
        foreach (string folder in (string[])[PlanFile, "plan/", "groups/", SnapshotFile])
            await foreach (ObjectProperties found in Location.Store.ListAsync(Location.Key(folder), cancellationToken))
            {
                byte[] content = new byte[found.Length];
                await Location.Store.ReadAsync(found.Key, 0, content, found.ETag, cancellationToken);
                await target.Location.Store.PutAsync(target.Location.Key(found.Key[(Location.Path.Length + 1)..]), content, PutCondition.None, cancellationToken);
            }

        // Last: whoever finds it finds all.
        await target.PutAsync(JobFile, job with { Pipeline = job.Pipeline with { Notify = null } }, WorkJson.Default.JobDefinition, PutCondition.None, cancellationToken);
    }
    /// <summary>What was found when the shards had been brought together, or null where the job did not get so far.</summary>
    public Task<Findings?> FindFindingsAsync(CancellationToken cancellationToken) => FindAsync(FindingsFile, WorkJson.Default.Findings, cancellationToken);

    /// <summary>Writes what was found; what an earlier run wrote is replaced.</summary>
    public Task PutFindingsAsync(Findings findings, CancellationToken cancellationToken) =>
        PutAsync(FindingsFile, findings, WorkJson.Default.Findings, PutCondition.None, cancellationToken);

    /// <summary>An error for a file that an earlier step wrote and that is gone.</summary>
    public BatchFunctionsException Lost(string file) =>
        new(ErrorKind.Integrity, $"{Location.Below(file)} is gone. The work folder of a running job must be left alone; start the job again under a new id.");

    private static string PageFile(int page) => $"plan/{page:D5}.json";

    private static string CommitFile(int shard) => $"shards/{shard:D5}.json";

    private static string GroupFile(int first) => $"groups/{first:D5}.json";

    private async Task<T> PutOnceAsync<T>(string file, T content, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        await PutAsync(file, content, type, PutCondition.IfAbsent, cancellationToken) is not null
            ? content
            : await FindAsync(file, type, cancellationToken) ?? throw Lost(file);

    private Task<ObjectProperties?> PutAsync<T>(string file, T content, JsonTypeInfo<T> type, PutCondition condition, CancellationToken cancellationToken) =>
        Location.Store.PutAsync(Location.Key(file), JsonSerializer.SerializeToUtf8Bytes(content, type), condition, cancellationToken);

    private async Task<T?> FindAsync<T>(string file, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        byte[]? bytes = await Location.Store.FindBytesAsync(Location.Key(file), cancellationToken);
        if (bytes is null)
            return null;
        try
        {
            return JsonSerializer.Deserialize(bytes, type);
        }
        catch (JsonException e)
        {
            throw new BatchFunctionsException(ErrorKind.Integrity, $"{Location.Below(file)} is damaged: {e.Message} Start the job again under a new id.", e);
        }
    }
}
