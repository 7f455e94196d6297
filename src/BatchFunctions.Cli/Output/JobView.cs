using System.Text.Json.Serialization;
using BatchFunctions.Results.Evaluations;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Output;

/// <summary>What is known of a job, as a script reads it.</summary>
internal sealed record JobView(
    string JobId,
    string Status,
    string Pipeline,
    string? Step,
    int ShardsTotal,
    int ShardsDone,
    int ShardsFailed,
    string? RunFolder,
    long RecordsTotal,
    long RecordsScored,
    long RecordsFailed,
    IReadOnlyList<string> Warnings,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string? Owner,
    string? Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EvaluationSummary? Evaluation = null)
{
    public static JobView Of(JobRecord job)
    {
        var summary = job.Result is { } result ? JobSummary.Of(result) : JobSummary.Of(job.JobId, job.Status, job.Progress, null);
        return new JobView(
            job.JobId,
            summary.Status,
            job.Request.Pipeline,
            job.Result is null ? job.Progress?.Step : null,
            job.Progress?.ShardsTotal ?? 0,
            job.Progress?.ShardsDone ?? 0,
            job.Progress?.ShardsFailed ?? 0,
            summary.RunFolder,
            summary.RecordsTotal,
            summary.RecordsScored,
            summary.RecordsFailed,
            job.Result?.Warnings ?? [],
            job.CreatedAt,
            job.UpdatedAt,
            job.Owner,
            summary.Error,
            summary.Evaluation);
    }
}
