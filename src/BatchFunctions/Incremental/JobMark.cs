using BatchFunctions.Planning;
using BatchFunctions.Storage;
using BatchFunctions.Views;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Incremental;

/// <summary>Moves a pipeline's mark for a job that publishes. Each step broken off and run again ends the same.</summary>
internal static class JobMark
{
    /// <summary>Refuses a job whose records another one has scored since it was prepared.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>.</exception>
    public static async Task RequireFreeAsync(JobServices services, JobDefinition job, CancellationToken cancellationToken)
    {
        if (ClaimOf(services, job) is { } claim && await services.MarkOf(job.Pipeline.Name).ReadAsync(cancellationToken) is { } mark && !mark.Value.HasSettled(claim.JobId))
            mark.Value.RequireFree(claim);
    }

    /// <summary>Claims a job's records before anything of it is published: from then on no other job takes them.</summary>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: another job has scored some of them; <see cref="ErrorKind.Transient"/>: another job has to end first.
    /// </exception>
    public static async Task ClaimAsync(JobServices services, JobDefinition job, CancellationToken cancellationToken)
    {
        if (ClaimOf(services, job) is { } claim)
            await services.MarkOf(job.Pipeline.Name).ChangeAsync(mark => Task.FromResult<InputMark?>((mark ?? new InputMark()).Claim(claim)), cancellationToken);
    }

    /// <summary>Moves the mark, once everything is published.</summary>
    public static async Task SettleAsync(JobServices services, JobDefinition job, CancellationToken cancellationToken)
    {
        if (ClaimOf(services, job) is { } claim)
            await services.MarkOf(job.Pipeline.Name).ChangeAsync(mark => Task.FromResult<InputMark?>((mark ?? new InputMark()).Settle(claim, services.Time.GetUtcNow())), cancellationToken);
    }

    /// <summary>
    /// Gives a job's claim up that did not publish after all, so that the next job takes its records; but not where they have come into a table, from which
    /// nothing is taken back.
    /// </summary>
    public static async Task WithdrawAsync(JobServices services, JobDefinition job, CancellationToken cancellationToken)
    {
        if (ClaimOf(services, job) is not { } claim)
            return;
        StateFile<InputMark> state = services.MarkOf(job.Pipeline.Name);
        if (await state.ReadAsync(cancellationToken) is not { } read || read.Value.Claims.All(c => c.JobId != claim.JobId))
            return;
        if (await JobTable.HasRowsAsync(services, job, cancellationToken))
        {
            services.Loggers.CreateLogger("BatchFunctions.Job").LogWarning(
                "Job {Job} has failed after its rows came into the table {Table}. No other job scores its records; retry it, so that its run folder says so, too.", claim.JobId, job.TableFolder);
            return;
        }

        await state.ChangeAsync(mark => Task.FromResult(mark?.Withdraw(claim.JobId)), cancellationToken);
    }

    private static MarkClaim? ClaimOf(JobServices services, JobDefinition job)
    {
        if (job.Since is not { Moves: true } since || job.Reprocess is not null)
            return null;
        string jobId = job.Request.JobId;

        // Of a view, what it was made from has been scored.
        ViewSource? input = job.View?.Sources[0];
        if (since.TableFolder is null)
        {
            MarkedFile[] files = input is null
                ? [.. job.Snapshot.Select(f => new MarkedFile(IncrementReader.AddressOf(job.SourceStore, f.Key), f.ETag, jobId))]
                : [.. input.Snapshot.Listing.Select(f => new MarkedFile(IncrementReader.AddressOf(input.Store, f.Key), f.ETag, jobId))];
            return files.Length == 0 ? null : new MarkClaim(jobId, services.Time.GetUtcNow(), files, null, null);
        }

        var table = new MarkedTable(since.TableFolder, since.TableId!, (input?.Snapshot.TableVersion ?? job.TableVersion)!.Value);
        return table.Version == since.AfterVersion ? null : new MarkClaim(jobId, services.Time.GetUtcNow(), [], table, since.AfterVersion);
    }
}
