using BatchFunctions.Workflow;

namespace BatchFunctions.Local;

/// <summary>A job as the journal has it.</summary>
/// <param name="Key">The job's number in the journal.</param>
/// <param name="Record">What people are told of it.</param>
/// <param name="StartedAt">When the run at hand began, or null where the job waits.</param>
/// <param name="Previous">How the run before this one ended, or null where this is the first.</param>
internal sealed record JobRow(long Key, JobRecord Record, DateTimeOffset? StartedAt, JobResult? Previous)
{
    public int Run => Record.Request.Run;
}
