using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Scoring;

namespace BatchFunctions.Workflow.Activities;

/// <summary>Cuts the snapshot into shards and writes the plan, unless it stands already.</summary>
internal sealed class PlanActivity(JobServices services, JobContexts contexts) : IActivity<JobReference, PlanSummary>
{
    public async Task<PlanSummary> RunAsync(JobReference input, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(input);
        await using JobContextLease lease = await contexts.AcquireAsync(input, cancellationToken);
        JobDefinition job = lease.Context.Job;
        Plan plan = await work.FindPlanAsync(cancellationToken)
            ?? await work.PutPlanAsync(await PlanAsync(lease.Context, cancellationToken), cancellationToken);
        return new PlanSummary(
            plan.Shards, plan.Records, job.Scoring?.Tier is ScoringTier.Container ? 0 : CommitSlots.Of(plan.Shards, job.Snapshot.Sum(f => f.Length), services.MaxParallelOf(job), services.MaxCommitting));
    }

    /// <summary>Cuts a job's snapshot into shards.</summary>
    public static async Task<IReadOnlyList<Shard>> PlanAsync(JobContext context, CancellationToken cancellationToken)
    {
        JobDefinition job = context.Job;
        SegmentFilter? filter = SourceFilter.Of(job.Pipeline, [.. job.Columns, .. job.PartitionColumns]) is { } condition
            ? new SegmentFilter(condition, job.PartitionColumns, job.Snapshot)
            : null;
        var planner = new ShardPlanner(context.Formats.Of, job.Pipeline.Shards.TargetRows, filter);
        IReadOnlyList<Shard> shards = await planner.PlanAsync(context.Files, cancellationToken, mayBeEmpty: job.Since is not null);
        if (job.Pipeline.Output is { SingleFile: true, Format: FileFormat.Parquet } && shards.Count > ParquetLimits.RowGroups)
        {
            throw new BatchFunctionsException(
                ErrorKind.Request,
                string.Create(CultureInfo.InvariantCulture, $"output.single_file would be one file of the {shards.Count:N0} shards' row groups, and one can have {ParquetLimits.RowGroups:N0}. Remove the key, or have larger shards with shards.target_rows."));
        }

        await RefuseWhatNoRecordFitsAsync(context, shards, cancellationToken);
        return shards;
    }

    // A text file does not say its columns' types. Where the first records are all unfit for the same reason, the request is
    // wrong, not the records, and a person should hear of it now rather than find a folder of rejects.
    private static async Task RefuseWhatNoRecordFitsAsync(JobContext context, IReadOnlyList<Shard> shards, CancellationToken cancellationToken)
    {
        if (context.Job.Format == FileFormat.Parquet || context.Job.Reprocess is not null || shards.Count == 0)
            return;
        RecordFault? shared = null;
        int inspected = 0;
        SourceFile file = context.Files[shards[0].Segments[0].File];
        await using ScorerLease scorer = await context.RentScorerAsync(divisor: 1, cancellationToken);
        foreach (Segment segment in shards.SelectMany(s => s.Segments))
        {
            file = context.Files[segment.File];
            (int records, RecordFault? fault) = await scorer.Scorer.FindCommonFaultAsync(file, segment, cancellationToken);
            if (records > 0 && (fault is null || (shared is { } before && (before.Column, before.Code) != (fault.Value.Column, fault.Value.Code))))
                return;
            shared = fault ?? shared;
            inspected += records;
            if (inspected >= ShardScorer.InspectedRecords)
                break;
        }

        if (shared is { } common)
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"No record at the start of {file} can be scored: {common.Describe()} Correct the input, or what the pipeline and the model say of {(common.Column is null ? "its format" : $"'{common.Column}'")}.");
    }
}
