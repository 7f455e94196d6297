namespace BatchFunctions.Reprocessing;

/// <summary>What a reprocess was pinned to, besides what every job is.</summary>
public sealed record ReprocessDefinition
{
    /// <summary>The id of the job whose rejects are scored again.</summary>
    public required string JobId { get; init; }

    /// <summary>The address of that job's run folder.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Which reprocess of that job this is, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The generation of that job's manifest that this builds on, from 1.</summary>
    public required int Generation { get; init; }

    /// <summary>The SHA-256 of that manifest, in lower-case hex: this can be published as long as it is the one that counts.</summary>
    public required string ManifestSha256 { get; init; }

    /// <summary>The file with corrected records, or null where there is none.</summary>
    public CorrectedFile? Corrected { get; init; }

    /// <summary>The address of the pipeline file whose rules hold, or null where the job's own do.</summary>
    public string? Pipeline { get; init; }

    /// <summary>The number of rejects that are scored again.</summary>
    public required long Records { get; init; }

    /// <summary>Who asked for it.</summary>
    public string? By { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}
