using BatchFunctions.Results.Evaluations;
using BatchFunctions.Workflow;

namespace BatchFunctions.Api.Documents;

/// <summary>How a job ended, as the API shows it.</summary>
/// <param name="RunFolder">The address of the run folder; left out where the job ended before it had one.</param>
/// <param name="RecordsTotal">The number of records accounted for.</param>
/// <param name="RecordsScored">The number of records with a score in the output.</param>
/// <param name="RecordsFailed">The number of rejects; total = scored + failed.</param>
/// <param name="Warnings">What the policy and the alarms say, for people.</param>
/// <param name="Error">Why the job failed, for people; left out where it did not.</param>
/// <param name="ErrorKind">What kind of error it failed of; left out where it did not.</param>
/// <param name="Evaluation">What the predictions were worth; left out where there were no labels.</param>
public sealed record ApiJobResult(
    string? RunFolder,
    long RecordsTotal,
    long RecordsScored,
    long RecordsFailed,
    IReadOnlyList<string> Warnings,
    string? Error,
    ErrorKind? ErrorKind,
    EvaluationSummary? Evaluation = null)
{
    /// <summary>Shows the end of a job.</summary>
    public static ApiJobResult Of(JobResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new ApiJobResult(
            result.RunFolder, result.RecordsTotal, result.RecordsScored, result.RecordsFailed, result.Warnings, result.Error, result.ErrorKind, result.Evaluation);
    }
}
