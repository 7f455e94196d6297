using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Jobs;

/// <summary>How long a job may take, judged by the last one of the same pipeline.</summary>
/// <param name="Time">The time it may take.</param>
/// <param name="RowsPerSecond">The speed of the job that it is judged by, from its start to its end.</param>
/// <param name="JobId">That job's id.</param>
internal sealed record TimeEstimate(TimeSpan Time, double RowsPerSecond, string JobId)
{
    /// <summary>Judges by the newest job of <paramref name="pipeline"/> that succeeded; null where there is none.</summary>
    /// <param name="jobs">The jobs known, the newest first.</param>
    /// <param name="pipeline">The pipeline's file.</param>
    /// <param name="rows">The number of records to score.</param>
    public static TimeEstimate? From(IReadOnlyList<JobRecord> jobs, string pipeline, long rows)
    {
        var last = jobs.FirstOrDefault(job =>
            job.Request.Pipeline == pipeline
            && job.Status is JobStatus.Succeeded or JobStatus.SucceededWithWarnings
            && job.Result is { RecordsTotal: > 0 }
            && job.UpdatedAt > job.CreatedAt);
        if (last is null)
            return null;
        var speed = last.Result!.RecordsTotal / (last.UpdatedAt - last.CreatedAt).TotalSeconds;
        return new TimeEstimate(TimeSpan.FromSeconds(rows / speed), speed, last.JobId);
    }
}
