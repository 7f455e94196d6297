namespace BatchFunctions.Reprocessing;

/// <summary>What makes a job one that scores the rejects of another job again and adds what then has a score to that job's output.</summary>
public sealed record ReprocessRequest
{
    /// <summary>The id of the job whose rejects are scored again.</summary>
    public required string JobId { get; init; }

    /// <summary>The address of that job's run folder.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Which reprocess of that job this is, from 1; its evidence lies in <c>reprocess/0001</c> of the run folder.</summary>
    public required int Number { get; init; }

    /// <summary>The address of a file with corrected records, or null where the records are taken as they are.</summary>
    public string? Corrected { get; init; }

    /// <summary>The address of a pipeline file with another <c>validation</c>, or null where the job's own rules hold.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Who asked for it.</summary>
    public string? By { get; init; }

    /// <summary>Why, in that person's words.</summary>
    public string? Reason { get; init; }
}
