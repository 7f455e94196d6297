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

        long started = services.Time.GetTimestamp();
        _logger.LogDebug("Scoring shard {Shard} of job {JobId}", input.Shard, input.Job.JobId);
        await using JobContextLease job = await contexts.AcquireAsync(input.Job, cancellationToken);
        JobContext context = job.Context;
        Shard shard = await context.ReadShardAsync(input.Shard, cancellationToken);
        CommitRecord mine = await ScoreAsync(context, shard, input.BatchDivisor, started, cancellationToken);
        CommitRecord counting = await work.CommitAsync(mine, cancellationToken);
        if (!ReferenceEquals(counting, mine))
            await RemoveUnlessCountingAsync(context.Run, mine, counting, cancellationToken);
        meter.ShardDuration.Record(services.Time.GetElapsedTime(started).TotalSeconds);
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

    private async Task<CommitRecord> ScoreAsync(JobContext context, Shard shard, int divisor, long started, CancellationToken cancellationToken)
    {
        await using var predictions = new StagedPart(context.Run.Location, RunFolder.StagedPredictions);
        await using var rejects = new StagedPart(context.Run.Location, RunFolder.StagedRejects);
        await using ScorerLease lease = context.RentScorer(divisor);
        ShardScores scores = await lease.Scorer.ScoreAsync(
            context.Files, shard, await predictions.OpenAsync(cancellationToken), rejects.OpenAsync, cancellationToken);
        lease.Keep();

        Part predictionsPart = await predictions.CommitAsync(shard.Index, context.PartExtension, scores.Scored, cancellationToken);
        Part? rejectsPart = scores.Failed == 0 ? null : await rejects.CommitAsync(shard.Index, "jsonl", scores.Failed, cancellationToken);
        TimeSpan spent = services.Time.GetElapsedTime(started);
        scores.Metrics.AddTime(spent);
        return new CommitRecord
        {
            Shard = shard.Index,
            Records = scores.Records,
            Scored = scores.Scored,
            Failed = scores.Failed,
            Predictions = predictionsPart,
            Rejects = rejectsPart,
            Metrics = scores.Metrics,
            BatchSize = lease.Scorer.BatchSize,
            Seconds = spent.TotalSeconds,
            CommittedAt = services.Time.GetUtcNow(),
        };
    }
}
