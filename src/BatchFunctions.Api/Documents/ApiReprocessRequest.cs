namespace BatchFunctions.Api.Documents;

/// <summary>What has a job's rejects scored again: the body of a <c>POST /api/jobs/{id}/reprocess</c>.</summary>
public sealed record ApiReprocessRequest
{
    /// <summary>The path or address of a file with corrected records.</summary>
    public string? Corrected { get; init; }

    /// <summary>The path or address of a pipeline file with another <c>validation</c>.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Who asks, for the record.</summary>
    public string? By { get; init; }

    /// <summary>Why, for the record.</summary>
    public string? Reason { get; init; }

    /// <summary>How many shards run at once, 1 to 10,000. Default: as in the job.</summary>
    public int? MaxParallel { get; init; }
}
