using BatchFunctions.Incremental;
using BatchFunctions.Monitoring;
using BatchFunctions.Planning;
using BatchFunctions.Reprocessing;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Storage;
using BatchFunctions.Tables;

namespace BatchFunctions.Workflow.Activities;

/// <summary>
/// Publishes what was verified: parts first, then what describes them, the marker, and the move of an incremental pipeline's mark. Broken off and run again, it ends the same.
/// </summary>
internal sealed class PublishActivity(JobServices services) : IActivity<EndRequest, JobResult>
{
    private const int MovesAtOnce = 16;

    public async Task<JobResult> RunAsync(EndRequest input, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(input.Job);
        JobDefinition job = await work.ReadJobAsync(cancellationToken);
        RunFolder run = services.RunFolderOf(job);
        IReadOnlyList<GroupRecord> groups = await work.ReadGroupsAsync(await work.ReadPlanAsync(cancellationToken), cancellationToken);
        if (job.Reprocess is not null)
            return await new ReprocessPublication(services, job, work).PublishAsync(input, groups, cancellationToken);

        await JobMark.ClaimAsync(services, job, cancellationToken);
        Part[] predictions = [.. groups.SelectMany(g => g.Shards).Select(s => s.Predictions)];
        Part[] rejects = [.. groups.SelectMany(g => g.Shards).Select(s => s.Rejects).OfType<Part>()];
        await MoveAsync(run, RunFolder.StagedPredictions, RunFolder.Predictions, predictions, cancellationToken);
        await MoveAsync(run, RunFolder.StagedRejects, RunFolder.Rejects, rejects, cancellationToken);
        await RemoveWhatDoesNotCountAsync(run, cancellationToken);

        PublishedVersion? table = job.TableFolder is null || predictions.Length == 0 ? null : await JobTable.PublishAsync(services, job, run, predictions, sequence: 1, cancellationToken);
        Part? single = job.Pipeline.Output.SingleFile
            ? await SingleFile.WriteAsync(run, job.Pipeline, predictions, run.Location.Key(SingleFile.NameOf(job.Pipeline)), cancellationToken)
            : null;
        var manifest = new Manifest
        {
            JobId = input.Job.JobId,
            RecordsScored = predictions.Sum(p => p.Rows),
            RecordsFailed = rejects.Sum(p => p.Rows),
            RecordsExcluded = groups.Sum(g => g.Metrics.Excluded) is var excluded and > 0 ? excluded : null,
            Predictions = predictions,
            Rejects = rejects,
            SingleFile = single,
        };
        await run.PutJsonAsync(RunFolder.ManifestFile, manifest, RunJson.Default.Manifest, cancellationToken);
        SnapshotHashes? hashes = await work.FindSnapshotHashesAsync(cancellationToken);
        Findings? findings = await work.FindFindingsAsync(cancellationToken);
        SummaryMetrics summary = await RunDocuments.WriteAsync(run, job, groups, hashes, findings, input, services.MaxParallelOf(job), table, cancellationToken);
        await run.PutAsync(RunFolder.MarkerOf(input.Status), default, cancellationToken);
        await JobMark.SettleAsync(services, job, cancellationToken);
        return input.ToResult(run, summary);
    }

    private static Task MoveAsync(RunFolder run, string from, string to, IEnumerable<Part> parts, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            parts,
            new ParallelOptions { MaxDegreeOfParallelism = MovesAtOnce, CancellationToken = cancellationToken },
            async (part, token) => await run.Location.Store.MoveAsync(run.Location.Key($"{from}/{part.Name}"), run.Location.Key($"{to}/{part.Name}"), token));

    // A run that was killed between writing a part and committing it may have left one that does not count.
    private static async Task RemoveWhatDoesNotCountAsync(RunFolder run, CancellationToken cancellationToken)
    {
        List<string> left = [];
        await foreach (ObjectProperties part in run.Location.Store.ListAsync(run.Location.Key(RunFolder.Staging) + "/", cancellationToken))
            left.Add(part.Key);
        foreach (string key in left)
            await run.Location.Store.DeleteAsync(key, cancellationToken);
        await run.Location.Store.RemoveStaleStagingAsync(run.Location.Path + "/", TimeSpan.Zero, cancellationToken);
    }
}
