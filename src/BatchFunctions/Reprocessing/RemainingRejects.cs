using System.Text.Json;
using BatchFunctions.Metrics;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;

namespace BatchFunctions.Reprocessing;

/// <summary>
/// What a reprocess leaves of the rejects, as one part: those that were not scored again as they were, those that failed again with their new reason, in
/// the places that they had.
/// </summary>
/// <param name="Part">The part, waiting in the reprocess's own folder; null where no reject is left.</param>
/// <param name="Counts">The rejects by reason.</param>
internal sealed record RemainingRejects(Part? Part, RejectCounts Counts)
{
    /// <summary>Puts the part together.</summary>
    /// <param name="job">The reprocess.</param>
    /// <param name="parent">The job that it adds to.</param>
    /// <param name="parentRun">That job's run folder.</param>
    /// <param name="before">The rejects that there were.</param>
    /// <param name="run">The reprocess's own folder.</param>
    /// <param name="again">Where the rejects of the reprocess are.</param>
    /// <param name="failed">These rejects.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<RemainingRejects> WriteAsync(
        JobDefinition job,
        JobDefinition parent,
        RunFolder parentRun,
        IReadOnlyList<Part> before,
        RunFolder run,
        StoreLocation again,
        IReadOnlyList<Part> failed,
        CancellationToken cancellationToken)
    {
        var lines = new RejectLines(parent);
        HashSet<RecordPosition> tried = await ReadTriedAsync(job, parentRun.Location.Store, cancellationToken);
        Dictionary<RecordPosition, RejectedRecord> failures = [];
        await foreach (RejectedRecord failure in lines.ReadAsync(again, failed, cancellationToken))
            failures.Add(failure.Position, failure);

        var counts = new RejectCounts();
        await using StagedObject staged = await run.Location.Store.StageAsync(run.Location.Key(RunFolder.StagedRejects), cancellationToken);
        await foreach (RejectedRecord reject in lines.ReadAsync(parentRun.Location.Below(RunFolder.Rejects), before, cancellationToken))
        {
            RejectedRecord? left = tried.Contains(reject.Position) ? failures.GetValueOrDefault(reject.Position) : reject;
            if (left is null)
                continue;
            staged.Stream.Write(left.Line);
            staged.Stream.Write("\n"u8);
            counts.Add(left.Code, left.Column);
        }

        if (counts.Total == 0)
            return new RemainingRejects(null, counts);
        string hash = await ContentHash.OfAsync(staged.Stream, cancellationToken);
        var part = new Part(FormattableString.Invariant($"part-r{job.Reprocess!.Number:D4}-{hash[..16]}.jsonl"), counts.Total, staged.Stream.Length, hash);
        await staged.CommitAsync(run.Location.Key($"{RunFolder.StagedRejects}/{part.Name}"), PutCondition.IfAbsent, cancellationToken);
        return new RemainingRejects(part, counts);
    }

    private static async Task<HashSet<RecordPosition>> ReadTriedAsync(JobDefinition job, IObjectStore store, CancellationToken cancellationToken)
    {
        HashSet<RecordPosition> tried = [];
        foreach (SnapshotOrigin origin in job.Snapshot.Select(f => f.Origin!))
        {
            byte[] bytes = await store.FindBytesAsync(origin.Records, cancellationToken)
                ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"{new StoreLocation(store, origin.Records)} is gone, which says which records are scored again. Start the reprocess again.");
            foreach (long record in JsonSerializer.Deserialize(bytes, WorkJson.Default.Int64Array)!)
                tried.Add(new RecordPosition(origin.File, record));
        }

        return tried;
    }
}
