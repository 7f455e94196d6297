namespace BatchFunctions.Reprocessing;

/// <summary>What somebody wants of a reprocess.</summary>
public sealed record ReprocessWish
{
    /// <summary>The address of a file with corrected records, or null.</summary>
    public string? Corrected { get; init; }

    /// <summary>The address of a pipeline file with other rules, or null.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Who asks.</summary>
    public string? By { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>How many shards may run at once, or null for as many as in the job.</summary>
    public int? MaxParallel { get; init; }
}
