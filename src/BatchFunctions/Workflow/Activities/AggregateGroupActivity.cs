using BatchFunctions.Metrics;
using BatchFunctions.Results;

namespace BatchFunctions.Workflow.Activities;

/// <summary>Merges the commit records of one group of shards into a group record, in the shards' order.</summary>
internal sealed class AggregateGroupActivity(JobServices services) : IActivity<GroupReference, int>
{
    private const int ReadsAtOnce = 16;

    public async Task<int> RunAsync(GroupReference input, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(input.Job);
        var commits = new CommitRecord[input.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, input.Count),
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (i, token) => commits[i] = await work.FindCommitAsync(input.First + i, token)
                ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"Shard {input.First + i} of job {input.Job.JobId} has no commit record in {work.Location}. Resume the job to score it."));

        var metrics = new ShardMetrics(commits[0].Metrics.Scores.Scale);
        foreach (CommitRecord commit in commits)
            metrics.Merge(commit.Metrics);
        await work.PutGroupAsync(
            new GroupRecord
            {
                First = input.First,
                Count = input.Count,
                Records = commits.Sum(c => c.Records),
                Scored = commits.Sum(c => c.Scored),
                Failed = commits.Sum(c => c.Failed),
                Metrics = metrics,
                Shards = [.. commits.Select(c => new GroupShard(c.Shard, c.Records, c.Predictions, c.Rejects, c.BatchSize, c.Seconds))],
            },
            cancellationToken);
        return input.Count;
    }
}
