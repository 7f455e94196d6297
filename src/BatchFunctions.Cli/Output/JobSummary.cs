using System.Text.Json.Serialization;
using BatchFunctions.Results.Evaluations;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Output;

/// <summary>How a job ended, as a script reads it.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="Status">The status's name, such as <c>Succeeded</c>.</param>
/// <param name="RunFolder">The address of the run folder, or null where there is none.</param>
/// <param name="RecordsTotal">The number of records accounted for.</param>
/// <param name="RecordsScored">The number of records with a score.</param>
/// <param name="RecordsFailed">The number of rejects.</param>
/// <param name="Error">What went wrong; left out where it is null.</param>
/// <param name="Evaluation">What the predictions were worth; left out where it is null.</param>
internal sealed record JobSummary(
    string JobId,
    string Status,
    string? RunFolder,
    long RecordsTotal,
    long RecordsScored,
    long RecordsFailed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EvaluationSummary? Evaluation = null)
{
    public static JobSummary Of(JobResult result) => new(
        result.JobId, result.Status.ToString(), result.RunFolder, result.RecordsTotal, result.RecordsScored, result.RecordsFailed, result.Error, result.Evaluation);

    /// <summary>A job that has not ended, with what its committed shards hold.</summary>
    public static JobSummary Of(string jobId, JobStatus status, JobProgress? progress, string? error) => new(
        jobId,
        status.ToString(),
        null,
        progress?.RecordsDone ?? 0,
        (progress?.RecordsDone ?? 0) - (progress?.RecordsFailed ?? 0),
        progress?.RecordsFailed ?? 0,
        error);
}
