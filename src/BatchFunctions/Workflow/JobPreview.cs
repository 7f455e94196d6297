namespace BatchFunctions.Workflow;

/// <summary>What a job would read and how it would be cut.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Model">The resolved model: <c>name@version</c>.</param>
/// <param name="RunFolder">The address that the run folder would have.</param>
/// <param name="Files">The number of files.</param>
/// <param name="Bytes">Their length together.</param>
/// <param name="Shards">The shards, in order.</param>
public sealed record JobPreview(string Pipeline, string Model, string RunFolder, int Files, long Bytes, IReadOnlyList<ShardPreview> Shards)
{
    /// <summary>Optional features' columns that the input lacks, all of whose values would be missing.</summary>
    public IReadOnlyList<string> AbsentColumns { get; init; } = [];

    /// <summary>Columns of the first file that nobody asks for, the first 200 of them.</summary>
    public IReadOnlyList<string> UnusedColumns { get; init; } = [];

    /// <summary>The number of records, or null where compressed text hides it.</summary>
    public long? Records => Shards.All(s => s.Records is not null) ? Shards.Sum(s => s.Records) : null;
}
