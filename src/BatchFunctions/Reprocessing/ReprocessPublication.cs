using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using BatchFunctions.Monitoring;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Reprocessing;

/// <summary>
/// Adds what a reprocess scored to the output of its job. Of several that build on the same manifest one wins: it has put its claim beside the
/// manifest first. Then come the parts, under names that no other has, then the manifest in one step, then what describes it. Broken off
/// anywhere and run again, it ends the same; no part or manifest that stood there is touched.
/// </summary>
internal sealed class ReprocessPublication
{
    private const string ClaimName = "claim-";

    private readonly JobServices _services;
    private readonly JobDefinition _job;
    private readonly WorkFolder _work;
    private readonly ReprocessDefinition _reprocess;
    private readonly RunFolder _own;
    private readonly RunFolder _run;

    /// <summary>Prepares the publication of a reprocess.</summary>
    /// <param name="services">What the machine offers.</param>
    /// <param name="job">The reprocess.</param>
    /// <param name="work">Its work folder.</param>
    public ReprocessPublication(JobServices services, JobDefinition job, WorkFolder work)
    {
        (_services, _job, _work, _reprocess) = (services, job, work, job.Reprocess!);
        _run = new RunFolder(services.Stores.Resolve(_reprocess.RunFolder, services.BaseFolder));

        // In the same store, so that parts can be moved from one to the other.
        _own = _run.ReprocessOf(_reprocess.Number);
    }

    private StoreLocation Claim => _run.Location.Below(string.Create(CultureInfo.InvariantCulture, $"{RunFolder.Reprocesses}/{ClaimName}{_reprocess.Generation:D4}"));

    private string StagedSingleFile(JobDefinition parent) => _own.Location.Key($"{RunFolder.Staging}/{SingleFile.NameOf(parent.Pipeline)}");

    private IObjectStore Store => _run.Location.Store;

    /// <summary>Publishes.</summary>
    /// <param name="end">How the reprocess ended.</param>
    /// <param name="groups">Its shards.</param>
    /// <param name="cancellationToken">Ends the work; run again, it goes on.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: another reprocess of the job was published, or is being published.</exception>
    public async Task<JobResult> PublishAsync(EndRequest end, IReadOnlyList<GroupRecord> groups, CancellationToken cancellationToken)
    {
        WorkFolder parentWork = await _services.FindWorkAsync(_reprocess.JobId, _run, cancellationToken);
        JobDefinition parent = await parentWork.ReadJobAsync(cancellationToken);
        Part[] predictions = [.. groups.SelectMany(g => g.Shards).Select(s => s.Predictions)];
        Part[] failed = [.. groups.SelectMany(g => g.Shards).Select(s => s.Rejects).OfType<Part>()];
        (Manifest manifest, byte[] bytes, string etag) = await ReadManifestAsync(cancellationToken);
        if (!IsPublishedIn(manifest))
        {
            await TakeClaimAsync(manifest, bytes, cancellationToken);
            await MoveAsync(_own.Location.Below(RunFolder.StagedRejects), _own.Location.Below(RunFolder.Rejects), failed, cancellationToken);
            RemainingRejects remaining = await RemainingRejects.WriteAsync(
                _job, parent, _run, manifest.Rejects, _own, _own.Location.Below(RunFolder.Rejects), failed, cancellationToken);
            await MoveAsync(_own.Location.Below(RunFolder.StagedPredictions), _run.Location.Below(RunFolder.Predictions), predictions, cancellationToken);
            if (remaining.Part is { } part)
                await MoveAsync(_own.Location.Below(RunFolder.StagedRejects), _run.Location.Below(RunFolder.Rejects), [part], cancellationToken);
            Part? single = manifest.SingleFile is null
                ? null
                : await SingleFile.WriteAsync(_run, parent.Pipeline, [.. manifest.Predictions, .. predictions], StagedSingleFile(parent), cancellationToken);
            manifest = await ReplaceManifestAsync(manifest, bytes, etag, predictions, remaining.Part, single, end.Job.JobId, cancellationToken);
        }

        // The manifest names the new one by now; the next reprocess has to wait until it is in its place.
        if (manifest.SingleFile is not null)
            await Store.MoveAsync(StagedSingleFile(parent), _run.Location.Key(SingleFile.NameOf(parent.Pipeline)), cancellationToken);

        await _work.KeepAsync(_own.KeptWork, cancellationToken);
        PublishedVersion? table = parent.TableFolder is null
            ? null
            : await JobTable.AppendAsync(_services, parent, _run, predictions, SequenceIn(manifest), cancellationToken);
        if (table is null && parent.TableFolder is not null)
            _services.Loggers.CreateLogger("BatchFunctions.Job").LogWarning("The table {Table} has no rows of job {Job} any more, so none of its reprocess were added to it.", parent.TableFolder, _reprocess.JobId);
        await DescribeAsync(parent, parentWork, manifest, end, groups, table, cancellationToken);
        await _own.PutJsonAsync(RunFolder.ManifestFile, OwnManifest(end.Job.JobId, predictions, failed), RunJson.Default.Manifest, cancellationToken);
        SummaryMetrics summary = await RunDocuments.WriteAsync(
            _own, _job, groups, await _work.FindSnapshotHashesAsync(cancellationToken), findings: null, end, _services.MaxParallelOf(_job), table: null, cancellationToken);
        await RemoveAsync(_own.Location.Below(RunFolder.Staging), cancellationToken);
        await Store.DeleteAsync(Claim.Path, cancellationToken);
        await _own.PutAsync(RunFolder.MarkerOf(end.Status), default, cancellationToken);
        return end.ToResult(_run, summary);
    }

    /// <summary>
    /// Takes back what a publication that cannot be completed has moved, and gives the claim up, so that another one may have it. What is published already
    /// stays.
    /// </summary>
    /// <param name="commits">The shards that were committed.</param>
    /// <param name="cancellationToken">Ends the work; run again, it goes on.</param>
    public async Task WithdrawAsync(IReadOnlyList<CommitRecord> commits, CancellationToken cancellationToken)
    {
        if (await FindClaimAsync(cancellationToken) is not { } claim || claim != _job.Request.JobId || IsPublishedIn((await ReadManifestAsync(cancellationToken)).Manifest))
            return;
        foreach (Part part in commits.Select(c => c.Predictions))
        {
            StoreLocation published = _run.Location.Below($"{RunFolder.Predictions}/{part.Name}");
            if (await Store.FindAsync(published.Path, cancellationToken) is not null)
                await Store.MoveAsync(published.Path, _own.Location.Key($"{RunFolder.StagedPredictions}/{part.Name}"), cancellationToken);
        }

        string remaining = _run.Location.Key(string.Create(CultureInfo.InvariantCulture, $"{RunFolder.Rejects}/part-r{_reprocess.Number:D4}-"));
        await RemoveAsync(remaining, cancellationToken);
        await Store.DeleteAsync(Claim.Path, cancellationToken);
    }

    private bool IsPublishedIn(Manifest manifest) => manifest.Reprocesses?.Any(r => r.Number == _reprocess.Number && r.JobId == _job.Request.JobId) is true;

    // The job itself was the first to publish to its table.
    private int SequenceIn(Manifest manifest) => 2 + manifest.Reprocesses!.Index().First(r => r.Item.Number == _reprocess.Number).Index;

    private async Task<(Manifest Manifest, byte[] Bytes, string ETag)> ReadManifestAsync(CancellationToken cancellationToken)
    {
        string key = _run.Location.Key(RunFolder.ManifestFile);
        ObjectProperties found = await Store.FindAsync(key, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"{_run.Location.Below(RunFolder.ManifestFile)} is gone. Restore it from a copy, and retry.");
        byte[] bytes = new byte[found.Length];
        await Store.ReadAsync(key, 0, bytes, found.ETag, cancellationToken);
        return (RunFolder.ReadManifest(bytes, _run.Location), bytes, found.ETag);
    }

    private async Task TakeClaimAsync(Manifest manifest, byte[] bytes, CancellationToken cancellationToken)
    {
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != _reprocess.ManifestSha256)
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"Job {_reprocess.JobId} was reprocessed by {manifest.Reprocesses?[^1].JobId ?? "another hand"} meanwhile, and its rejects are no longer those that were scored here. Nothing was added; reprocess what is left.");
        byte[] mine = JsonSerializer.SerializeToUtf8Bytes(_job.Request.JobId, WorkJson.Default.String);
        await Store.PutAsync(Claim.Path, mine, PutCondition.IfAbsent, cancellationToken);
        if (await FindOtherAsync(cancellationToken) is { } owner)
            throw new BatchFunctionsException(
                ErrorKind.Request, $"{owner} is adding its records to job {_reprocess.JobId}. Nothing was added here; when {owner} has ended, which 'batchfn resume {owner}' helps along, reprocess what is left.");
    }

    // Also one on an earlier manifest counts: who has published is not done before everything that describes it is written.
    private async Task<string?> FindOtherAsync(CancellationToken cancellationToken)
    {
        await foreach (ObjectProperties claim in Store.ListAsync(_run.Location.Key($"{RunFolder.Reprocesses}/{ClaimName}"), cancellationToken))
            if (await Store.FindBytesAsync(claim.Key, cancellationToken) is { } bytes
                && JsonSerializer.Deserialize(bytes, WorkJson.Default.String) is { } owner && owner != _job.Request.JobId)
                return owner;
        return null;
    }

    private async Task<string?> FindClaimAsync(CancellationToken cancellationToken) =>
        await Store.FindBytesAsync(Claim.Path, cancellationToken) is { } bytes ? JsonSerializer.Deserialize(bytes, WorkJson.Default.String) : null;

    private async Task<Manifest> ReplaceManifestAsync(
        Manifest before, byte[] bytes, string etag, Part[] predictions, Part? rejects, Part? single, string jobId, CancellationToken cancellationToken)
    {
        string kept = RunFolder.KeptManifest(before.Number);
        await Store.PutAsync(_run.Location.Key(kept), bytes, PutCondition.IfAbsent, cancellationToken);
        var manifest = before with
        {
            Generation = before.Number + 1,
            RecordsScored = before.RecordsScored + predictions.Sum(p => p.Rows),
            RecordsFailed = rejects?.Rows ?? 0,
            Predictions = [.. before.Predictions, .. predictions],
            Rejects = rejects is null ? [] : [rejects],
            SingleFile = single ?? before.SingleFile,
            SupersededRejects = [.. before.SupersededRejects ?? [], .. before.Rejects],
            Reprocesses = [.. before.Reprocesses ?? [], new ReprocessedParts(_reprocess.Number, jobId, predictions.Sum(p => p.Rows), [.. predictions.Select(p => p.Name)])],
            Previous = new PreviousManifest(kept, _reprocess.ManifestSha256),
        };
        if (manifest.RecordsScored + manifest.RecordsFailed != before.RecordsScored + before.RecordsFailed)
            throw new BatchFunctionsException(
                ErrorKind.Integrity,
                string.Create(CultureInfo.InvariantCulture, $"The output of job {_reprocess.JobId} would not add up: {before.RecordsScored} + {before.RecordsFailed} records became {manifest.RecordsScored} + {manifest.RecordsFailed}. Nothing was added; report this."));
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(manifest, RunJson.Default.Manifest);
        return await Store.PutAsync(_run.Location.Key(RunFolder.ManifestFile), content, PutCondition.IfMatch(etag), cancellationToken) is not null
            ? manifest
            : throw new BatchFunctionsException(ErrorKind.Transient, $"{_run.Location.Below(RunFolder.ManifestFile)} was written by somebody else at the same moment.");
    }

    private async Task DescribeAsync(
        JobDefinition parent, WorkFolder parentWork, Manifest manifest, EndRequest end, IReadOnlyList<GroupRecord> groups, PublishedVersion? table, CancellationToken cancellationToken)
    {
        RunMetadata metadata = RunMetadata.FromJson(await ReadAsync(RunFolder.MetadataFile, cancellationToken));
        SummaryMetrics summary = SummaryMetrics.FromJson(await ReadAsync(RunFolder.SummaryFile, cancellationToken));
        var rejects = new Metrics.RejectCounts();
        await foreach (RejectedRecord reject in new RejectLines(parent).ReadAsync(_run.Location.Below(RunFolder.Rejects), manifest.Rejects, cancellationToken))
            rejects.Add(reject.Code, reject.Column);

        List<GroupRecord> added = [];
        foreach (ReprocessedParts earlier in manifest.Reprocesses!.Where(r => r.Number != _reprocess.Number))
        {
            WorkFolder kept = _run.ReprocessOf(earlier.Number).KeptWork;
            added.AddRange(await kept.ReadGroupsAsync(await kept.ReadPlanAsync(cancellationToken), cancellationToken));
        }

        ReprocessRecord record = ReprocessRecord.From(_job, end, groups.Sum(g => g.Scored), groups.Sum(g => g.Failed))!;
        var output = new AddedOutput(
            manifest, rejects, [.. added, .. groups], [.. (metadata.Reprocesses ?? []).Where(r => r.Number != record.Number), record]);
        var ended = new EndRequest(
            new JobReference(_reprocess.JobId, parentWork.Location.ToString()),
            metadata.Status,
            metadata.StartedAt,
            metadata.EndedAt,
            new AggregateOutcome(metadata.Status, metadata.RecordsTotal, metadata.RecordsScored, metadata.RecordsFailed, summary.Warnings),
            null,
            null);
        IReadOnlyList<GroupRecord> original = await parentWork.ReadGroupsAsync(await parentWork.ReadPlanAsync(cancellationToken), cancellationToken);
        SnapshotHashes? hashes = await parentWork.FindSnapshotHashesAsync(cancellationToken);
        table ??= metadata.Table is { } before ? new PublishedVersion(before.Version, WasThere: true) : null;

        // What was found is of the input as a whole, which is the same.
        var findings = new Findings { Drift = summary.Drift, Volume = summary.Volume, Alarms = summary.Alarms };
        await RunDocuments.WriteAsync(_run, parent, original, hashes, findings, ended, metadata.MaxParallel, table, cancellationToken, output);
    }

    private async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken) =>
        await Store.FindBytesAsync(_run.Location.Key(file), cancellationToken)
        ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"{_run.Location.Below(file)} is gone. Restore it from a copy, and retry.");

    private static Manifest OwnManifest(string jobId, Part[] predictions, Part[] failed) => new()
    {
        JobId = jobId,
        Generation = 1,
        RecordsScored = predictions.Sum(p => p.Rows),
        RecordsFailed = failed.Sum(p => p.Rows),
        Predictions = predictions,
        Rejects = failed,
    };

    private static async Task MoveAsync(StoreLocation from, StoreLocation to, IEnumerable<Part> parts, CancellationToken cancellationToken)
    {
        foreach (Part part in parts)
            await from.Store.MoveAsync(from.Key(part.Name), to.Key(part.Name), cancellationToken);
    }

    private Task RemoveAsync(StoreLocation folder, CancellationToken cancellationToken) => RemoveAsync(folder.Path + "/", cancellationToken);

    private async Task RemoveAsync(string prefix, CancellationToken cancellationToken)
    {
        List<string> keys = [];
        await foreach (ObjectProperties found in Store.ListAsync(prefix, cancellationToken))
            keys.Add(found.Key);
        foreach (string key in keys)
            await Store.DeleteAsync(key, cancellationToken);
        if (prefix.EndsWith('/'))
            await Store.RemoveStaleStagingAsync(prefix, TimeSpan.Zero, cancellationToken);
    }
}
