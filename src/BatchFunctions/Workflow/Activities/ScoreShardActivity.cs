using System.Diagnostics;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Scoring;
using BatchFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Workflow.Activities;

/// <summary>Scores one shard into parts named by their content, and commits them with put-if-absent.</summary>
internal sealed class ScoreShardActivity(JobServices services, JobContexts contexts, BatchMeter meter) : IActivity<ShardRequest, ShardOutcome>
{
    private readonly ILogger _logger = services.Loggers.CreateLogger("BatchFunctions.Scoring");

    public async Task<ShardOutcome> RunAsync(ShardRequest input, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(input.Job);
        if (await work.FindCommitAsync(input.Shard, cancellationToken) is { } earlier)
            return OutcomeOf(earlier, alreadyCommitted: true);

        _logger.LogDebug("Scoring shard {Shard} of job {JobId}", input.Shard, input.Job.JobId);
        await using JobContextLease job = await contexts.AcquireAsync(input.Job, cancellationToken);
        JobContext context = job.Context;
        // The scoring service is told of a job by its id alone, and has learnt the rest only now.
        if (input.Job.Pipeline is null)
            Activity.Current?.SetTag("batch.pipeline", context.Job.Pipeline.Name).SetTag("batch.model", $"{context.Job.Model.Name}@{context.Job.Model.Version}");
        Shard shard = await context.ReadShardAsync(input.Shard, cancellationToken);
        await using var predictions = new StagedPart(context.Run.Location, RunFolder.StagedPredictions, context.PartStem);
        await using var rejects = new StagedPart(context.Run.Location, RunFolder.StagedRejects, context.PartStem);
        (ShardScores scores, int batchSize, TimeSpan spent) = await ScoreAsync(context, shard, input.BatchDivisor, predictions, rejects, cancellationToken);

        // From here on the next shard is scored, while this one waits for the disk: its parts are durable before its commit record is written.
        long scored = services.Time.GetTimestamp();
        CommitRecord mine = await CommitPartsAsync(context, shard, scores, batchSize, spent, predictions, rejects, cancellationToken);
        CommitRecord counting = await work.CommitAsync(mine, cancellationToken);
        if (!ReferenceEquals(counting, mine))
            await RemoveUnlessCountingAsync(context.Run, mine, counting, cancellationToken);
        meter.ShardDuration.Record((spent + services.Time.GetElapsedTime(scored)).TotalSeconds, new KeyValuePair<string, object?>(BatchMeter.PipelineTag, context.Job.Pipeline.Name));
        return OutcomeOf(counting, alreadyCommitted: !ReferenceEquals(counting, mine));
    }

    private static ShardOutcome OutcomeOf(CommitRecord commit, bool alreadyCommitted) =>
        new(commit.Shard, commit.Records, commit.Failed, alreadyCommitted);

    private static async Task RemoveUnlessCountingAsync(RunFolder run, CommitRecord mine, CommitRecord counting, CancellationToken cancellationToken)
    {
        if (mine.Predictions.Name != counting.Predictions.Name)
            await run.Location.Store.DeleteAsync(run.Location.Key($"{RunFolder.StagedPredictions}/{mine.Predictions.Name}"), cancellationToken);
        if (mine.Rejects is { } rejects && rejects.Name != counting.Rejects?.Name)
            await run.Location.Store.DeleteAsync(run.Location.Key($"{RunFolder.StagedRejects}/{rejects.Name}"), cancellationToken);
    }

    private async Task<(ShardScores Scores, int BatchSize, TimeSpan Spent)> ScoreAsync(
        JobContext context, Shard shard, int divisor, StagedPart predictions, StagedPart rejects, CancellationToken cancellationToken)
    {
        await using ScorerLease lease = await context.RentScorerAsync(divisor, cancellationToken);
        long started = services.Time.GetTimestamp();
        ShardScores scores;
        try
        {
            scores = await lease.Scorer.ScoreAsync(
                context.Files, shard, await predictions.OpenAsync(cancellationToken), rejects.OpenAsync, cancellationToken);
        }
        catch (Exception failure) when (ActivityFailure.From(failure).Kind == ErrorKind.Memory)
        {
            context.ExceedMemory(lease.Scorer.BatchSize);
            throw;
        }

        lease.Keep();
        return (scores, lease.Scorer.BatchSize, services.Time.GetElapsedTime(started));
    }

    private async Task<CommitRecord> CommitPartsAsync(
        JobContext context, Shard shard, ShardScores scores, int batchSize, TimeSpan spent, StagedPart predictions, StagedPart rejects, CancellationToken cancellationToken)
    {
        scores.Metrics.AddTime(spent);
        return new CommitRecord
        {
            Shard = shard.Index,
            Records = scores.Records,
            Excluded = scores.Excluded,
            Scored = scores.Scored,
            Failed = scores.Failed,
            Predictions = await predictions.CommitAsync(shard.Index, context.PartExtension, scores.Scored, cancellationToken),
            Rejects = scores.Failed == 0 ? null : await rejects.CommitAsync(shard.Index, "jsonl", scores.Failed, cancellationToken),
            Metrics = scores.Metrics,
            BatchSize = batchSize,
            Seconds = spent.TotalSeconds,
            CommittedAt = services.Time.GetUtcNow(),
        };
    }
}
