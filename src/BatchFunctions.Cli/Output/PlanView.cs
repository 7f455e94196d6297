using BatchFunctions.Cli.Jobs;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Output;

/// <summary>What a job would do, as a script reads it.</summary>
internal sealed record PlanView(
    string Pipeline,
    string Model,
    string RunFolder,
    int Files,
    long Bytes,
    int Shards,
    long? Records,
    double? EstimatedSeconds,
    IReadOnlyList<string> AbsentColumns,
    IReadOnlyList<string> UnusedColumns,
    IReadOnlyList<ShardPreview> ShardList)
{
    public static PlanView Of(JobPreview preview, TimeEstimate? estimate) => new(
        preview.Pipeline,
        preview.Model,
        preview.RunFolder,
        preview.Files,
        preview.Bytes,
        preview.Shards.Count,
        preview.Records,
        estimate?.Time.TotalSeconds,
        preview.AbsentColumns,
        preview.UnusedColumns,
        preview.Shards);
}
