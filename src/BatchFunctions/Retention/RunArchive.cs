using System.Text.Json;
using BatchFunctions.Results;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Retention;

/// <summary>
/// Moves run folders to an archive: files are copied, the copies compared by their SHA-256, and only then is the original removed. Broken off at any
/// step and run again, it goes on.
/// </summary>
/// <param name="services">What the machine offers.</param>
/// <param name="engine">Where jobs are known, or null where none is at hand.</param>
public sealed class RunArchive(JobServices services, IJobEngine? engine)
{
    private const int ConcurrentCopies = 4;

    /// <summary>Archives a run folder.</summary>
    /// <param name="runFolder">Its address.</param>
    /// <param name="to">The address of the archive; the run is put below it as <c>PIPELINE/DATE/JOB</c>.</param>
    /// <param name="by">Who asks for it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="keepOriginal">Whether the original stays as it is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: there is no such run, its job is at work, or a table refers to it; <see cref="ErrorKind.Integrity"/>: the run, or what is
    /// in the archive already, is not what it should be.
    /// </exception>
    public async Task<ArchiveRecord> ArchiveAsync(string runFolder, string to, string by, string reason, bool keepOriginal, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        StoreLocation location = services.Stores.Resolve(runFolder, services.BaseFolder);
        StoredRun run = await RunCatalog.FindAsync(location, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"There is no run in {location}. It may have been removed: {AuditLog.OfRun(services, location).Address} says what was.");
        StoreLocation target = TargetOf(location, services.Stores.Resolve(to, services.BaseFolder));
        ArchiveRecord record;
        if (await FindRecordAsync(location, ArchiveRecord.Stub, cancellationToken) is { } moved)
        {
            record = moved;
            if (keepOriginal || moved.To != target.ToString())
                throw new BatchFunctionsException(ErrorKind.Request, $"Job {run.JobId} was moved to {moved.To} at {moved.At:u} by {moved.By}.");
        }
        else
        {
            await RequireRestAsync(run, keepOriginal, cancellationToken);
            record = await CopyAsync(run, target, by, reason, keepOriginal, cancellationToken);
            if (keepOriginal)
                return record;
            await LetGoAsync(run, cancellationToken);
            await PutRecordAsync(location, ArchiveRecord.Stub, record, cancellationToken);
        }

        await RunWork.DeleteRunAsync(location, ArchiveRecord.Stub, cancellationToken);
        foreach (string jobId in RunWork.JobsOf(run))
            await RunWork.DeleteWorkAsync(services, jobId, cancellationToken);
        AuditLog audit = AuditLog.OfRun(services, location);
        if (AuditLog.OpenIn(await audit.ReadAsync(run.JobId, cancellationToken)) is { Action: AuditAction.ArchivingRun })
            await audit.AddAsync(EntryOf(AuditAction.ArchivedRun, record), cancellationToken);
        return record;
    }

    /// <summary>Where a run is: in its folder, or in the archive that it was moved to.</summary>
    /// <param name="runFolder">The address of its folder.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<string> FollowAsync(string runFolder, CancellationToken cancellationToken)
    {
        StoreLocation location = services.Stores.Resolve(runFolder, services.BaseFolder);
        return (await FindRecordAsync(location, ArchiveRecord.Stub, cancellationToken))?.To ?? runFolder;
    }

    private static StoreLocation TargetOf(StoreLocation run, StoreLocation archive)
    {
        string from = run.ToString();
        StoreLocation target = archive.Below(string.Join('/', from.Split('/')[^3..]));
        string to = target.ToString();
        return to == from || to.StartsWith(from + "/", StringComparison.Ordinal)
            ? throw new BatchFunctionsException(ErrorKind.Request, $"{from} cannot be archived in itself. Name another place.")
            : target;
    }

    private async Task RequireRestAsync(StoredRun run, bool keepOriginal, CancellationToken cancellationToken)
    {
        if (await new RunWatch(engine, services.Time).FindWorkAsync(run, cancellationToken) is { } busy)
            throw new BatchFunctionsException(ErrorKind.Request, $"Job {run.JobId} cannot be archived now: job {busy} is at work on it. Wait for its end.");
        if (run.Metadata is not { } metadata || !run.HasMarker)
            throw new BatchFunctionsException(ErrorKind.Request, $"Job {run.JobId} cannot be archived: {run.Run.Location} does not say that it has ended.");
        if (!keepOriginal && metadata.Table is { } table
            && (await TableReferences.ReadAsync(services.Stores.Resolve(table.Folder, services.BaseFolder), cancellationToken)).ReferTo(run.JobId, run.Run.Location))
            throw new BatchFunctionsException(ErrorKind.Request, $"Job {run.JobId} cannot be moved: the table {table.Name} refers to it. Copy it instead (--copy), and let the original stay.");
    }

    // Whoever retries a failed job from now on is told that there is none: its files are elsewhere.
    private async Task LetGoAsync(StoredRun run, CancellationToken cancellationToken)
    {
        if (engine is not null && run.Metadata!.Status is not (JobStatus.Succeeded or JobStatus.SucceededWithWarnings)
            && await engine.ForgetAsync(run.JobId, cancellationToken) == JobChange.NotNow)
            throw new BatchFunctionsException(ErrorKind.Request, $"Job {run.JobId} cannot be moved: it is being run again. The original was left as it is.");
    }

    private async Task<ArchiveRecord> CopyAsync(StoredRun run, StoreLocation target, string by, string reason, bool keepOriginal, CancellationToken cancellationToken)
    {
        StoreLocation location = run.Run.Location;
        await RunWork.KeepWorkAsync(services, run.JobId, run.Run, cancellationToken);
        IReadOnlyList<ArchivedFile> files = await HashAsync(location, cancellationToken);
        await RequireRightAsync(run, files, cancellationToken);
        var record = new ArchiveRecord
        {
            JobId = run.JobId,
            From = location.ToString(),
            To = target.ToString(),
            At = services.Time.GetUtcNow(),
            By = by,
            Reason = reason,
            Files = files,
        };
        AuditLog audit = AuditLog.OfRun(services, location);
        if (!keepOriginal && AuditLog.OpenIn(await audit.ReadAsync(run.JobId, cancellationToken)) is not { Action: AuditAction.ArchivingRun })
            await audit.AddAsync(EntryOf(AuditAction.ArchivingRun, record), cancellationToken);

        var options = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentCopies, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(files, options, async (file, token) =>
        {
            await target.Store.CopyAsync(location.Store, location.Key(file.Name), target.Key(file.Name), token);
            await RequireSameAsync(target, file, token);
        });
        await RequireUnchangedAsync(location, files, cancellationToken);
        await PutRecordAsync(target, ArchiveRecord.FileName, record, cancellationToken);
        if (keepOriginal)
            await audit.AddAsync(EntryOf(AuditAction.CopiedRun, record), cancellationToken);
        return record;
    }

    private static async Task<IReadOnlyList<ArchivedFile>> HashAsync(StoreLocation run, CancellationToken cancellationToken)
    {
        List<ObjectProperties> found = [];
        await foreach (ObjectProperties file in run.Store.ListAsync(run.Path + "/", cancellationToken))
            if (!file.Key.StartsWith(run.Key(RunFolder.Staging) + "/", StringComparison.Ordinal))
                found.Add(file);
        var files = new ArchivedFile[found.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentCopies, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, files.Length, options, async (i, token) =>
            files[i] = new ArchivedFile(found[i].Key[(run.Path.Length + 1)..], found[i].Length, await ContentHash.OfObjectAsync(run.Store, found[i].Key, found[i].ETag, token)));
        return files;
    }

    // What is damaged before it is archived would be found damaged when it is needed.
    private static async Task RequireRightAsync(StoredRun run, IReadOnlyList<ArchivedFile> files, CancellationToken cancellationToken)
    {
        StoreLocation location = run.Run.Location;
        if (await location.Store.FindBytesAsync(location.Key(RunFolder.ManifestFile), cancellationToken) is not { } bytes)
            return;
        Manifest manifest = RunFolder.ReadManifest(bytes, location);
        Dictionary<string, ArchivedFile> byName = files.ToDictionary(f => f.Name, StringComparer.Ordinal);
        foreach ((string folder, Part part) in manifest.Predictions.Select(p => (RunFolder.Predictions, p)).Concat(manifest.Rejects.Concat(manifest.SupersededRejects ?? []).Select(p => (RunFolder.Rejects, p))))
        {
            if (!byName.TryGetValue($"{folder}/{part.Name}", out ArchivedFile? file) || file.Bytes != part.Bytes || file.Sha256 != part.Sha256)
                throw new BatchFunctionsException(ErrorKind.Integrity, $"{location.Below($"{folder}/{part.Name}")} is {(file is null ? "gone" : "not what the manifest says")}, so that the run is not archived. 'batchfn verify {run.JobId}' says more.");
        }
    }

    private static async Task RequireSameAsync(StoreLocation target, ArchivedFile file, CancellationToken cancellationToken)
    {
        StoreLocation copy = target.Below(file.Name);
        ObjectProperties found = await copy.Store.FindAsync(copy.Path, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"{copy} is gone right after it was written. Is something else deleting in this folder?");
        if (found.Length != file.Bytes || await ContentHash.OfObjectAsync(copy.Store, copy.Path, found.ETag, cancellationToken) != file.Sha256)
            throw new BatchFunctionsException(ErrorKind.Integrity, $"{copy} is not a copy of the run's {file.Name}. The original was left as it is; remove the copy, or archive elsewhere.");
    }

    private static async Task RequireUnchangedAsync(StoreLocation run, IReadOnlyList<ArchivedFile> files, CancellationToken cancellationToken)
    {
        Dictionary<string, long> before = files.ToDictionary(f => run.Key(f.Name), f => f.Bytes, StringComparer.Ordinal);
        await foreach (ObjectProperties file in run.Store.ListAsync(run.Path + "/", cancellationToken))
            if (!file.Key.StartsWith(run.Key(RunFolder.Staging) + "/", StringComparison.Ordinal) && (!before.TryGetValue(file.Key, out long bytes) || bytes != file.Length))
                throw new BatchFunctionsException(ErrorKind.Request, $"{run.Store.Address.TrimEnd('/')}/{file.Key} was written while the run was archived. The original was left as it is; archive it again when nobody is at work on it.");
    }

    private static async Task<ArchiveRecord?> FindRecordAsync(StoreLocation folder, string file, CancellationToken cancellationToken)
    {
        if (await folder.Store.FindBytesAsync(folder.Key(file), cancellationToken) is not { } bytes)
            return null;
        try
        {
            return JsonSerializer.Deserialize(bytes, RetentionJson.Default.ArchiveRecord) ?? throw new JsonException("It holds nothing.");
        }
        catch (JsonException damage)
        {
            throw new BatchFunctionsException(ErrorKind.Integrity, $"{folder.Below(file)} is damaged: {damage.Message}", damage);
        }
    }

    private static async Task PutRecordAsync(StoreLocation folder, string file, ArchiveRecord record, CancellationToken cancellationToken) =>
        await folder.Store.PutAsync(folder.Key(file), JsonSerializer.SerializeToUtf8Bytes(record, RetentionJson.Default.ArchiveRecord), PutCondition.IfAbsent, cancellationToken);

    private AuditEntry EntryOf(AuditAction action, ArchiveRecord record) => new()
    {
        Number = 0,
        JobId = record.JobId,
        Action = action,
        At = services.Time.GetUtcNow(),
        By = record.By,
        Reason = record.Reason,
        Address = record.From,
        To = record.To,
        Files = record.Files.Count,
        Bytes = record.Files.Sum(f => f.Bytes),
    };
}
