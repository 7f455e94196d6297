namespace BatchFunctions.Workflow;

/// <summary>
/// An engine as those see it who start and watch jobs: triggers, the HTTP API, people. What it is told here is durable when the call
/// returns: a job that was accepted is run to its end, whatever is stopped or killed meanwhile.
/// </summary>
public interface IJobEngine
{
    /// <summary>What people call it: <c>embedded</c> or <c>durable</c>.</summary>
    string Name { get; }

    /// <summary>Accepts a job, unless there is one of this id already, whether it has ended or not.</summary>
    /// <exception cref="BatchFunctionsException">The request is malformed, or the engine cannot write it down.</exception>
    Task<JobStart> StartAsync(JobRequest request, CancellationToken cancellationToken);

    /// <summary>What is known of a job, or null where there is none of this id.</summary>
    Task<JobRecord?> FindAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>The jobs that <paramref name="query"/> asks for, the newest first.</summary>
    Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Asks for a job to be cancelled: it starts no more shards and ends as <see cref="JobStatus.Cancelled"/> once those at work are done.
    /// <see cref="JobChange.NotNow"/>: it has ended.
    /// </summary>
    Task<JobChange> CancelAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a job again that failed or was cancelled, from what it had committed: only shards that are not committed are scored.
    /// <see cref="JobChange.NotNow"/>: it is still at work, or has succeeded.
    /// </summary>
    Task<JobChange> RetryAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets a job that has ended; its files are not touched. <see cref="JobChange.NotNow"/>: it has not ended.
    /// </summary>
    Task<JobChange> ForgetAsync(string jobId, CancellationToken cancellationToken);
}
