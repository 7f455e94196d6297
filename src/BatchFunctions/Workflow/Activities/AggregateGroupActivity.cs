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
                ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"Shard {input.First + i} of job {input.Job.JobId} has no commit record in {work.Location}. The work folder of a running job must be left alone; start the job again under another id."));

        await work.PutGroupAsync(GroupRecord.Of(commits), cancellationToken);
        return input.Count;
    }
}
