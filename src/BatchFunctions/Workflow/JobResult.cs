using BatchFunctions.Results.Evaluations;

namespace BatchFunctions.Workflow;

/// <summary>How a job ended.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="Status">A final status.</param>
/// <param name="RunFolder">The address of the run folder, or null where the job ended before it had one.</param>
/// <param name="RecordsTotal">The number of records in the snapshot that were accounted for.</param>
/// <param name="RecordsScored">The number of records with a score in the output.</param>
/// <param name="RecordsFailed">The number of rejects; total = scored + failed.</param>
/// <param name="Warnings">What the policy and the alarms say, for people.</param>
/// <param name="Error">Why the job failed, for people; null where it did not.</param>
/// <param name="ErrorKind">What kind of error it failed of; null where it did not.</param>
/// <param name="Evaluation">What the predictions were worth; null where there were no labels.</param>
public sealed record JobResult(
    string JobId,
    JobStatus Status,
    string? RunFolder,
    long RecordsTotal,
    long RecordsScored,
    long RecordsFailed,
    IReadOnlyList<string> Warnings,
    string? Error,
    ErrorKind? ErrorKind,
    EvaluationSummary? Evaluation = null);
