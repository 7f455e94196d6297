using BatchFunctions.Workflow;

namespace BatchFunctions.Retention;

/// <summary>What it depends on whether a run is kept.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="Status">How the job ended; null where it has not, as far as its run folder says.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Work">The job that is at work on the run, the run's own or a reprocess of it; null where none is.</param>
/// <param name="Table">What refers to the run; null where nothing does.</param>
internal sealed record RunFacts(string JobId, JobStatus? Status, DateTimeOffset EndedAt, string? Work, string? Table)
{
    /// <summary>Whether it is of an incremental job that found nothing new.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>Whether the run has an output that people use.</summary>
    public bool IsPublished => Status is JobStatus.Succeeded or JobStatus.SucceededWithWarnings;
}
