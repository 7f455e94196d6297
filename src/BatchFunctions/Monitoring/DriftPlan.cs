namespace BatchFunctions.Monitoring;

/// <summary>What a job's features and scores are compared with, pinned when the job is prepared.</summary>
public sealed record DriftPlan
{
    /// <summary>The name by which reports call the scores.</summary>
    public const string ScoreName = "score";

    /// <summary>Where the baseline comes from: <c>churn@1.2.0</c>, or the address of a file.</summary>
    public required string Source { get; init; }

    /// <summary>The SHA-256 of the file, in lower-case hex; null for a manifest's, which the model's pin covers.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The number of records that the baseline was made of, or null where it is not told.</summary>
    public long? Records { get; init; }

    /// <summary>The features, in the order in which they are counted.</summary>
    public required IReadOnlyList<DriftFeature> Features { get; init; }

    /// <summary>The scores, or null where they are not compared.</summary>
    public DriftFeature? Score { get; init; }

    /// <summary>The model's features that the baseline does not have.</summary>
    public IReadOnlyList<string> WithoutBaseline { get; init; } = [];

    /// <summary>The baseline's features that the job does not read.</summary>
    public IReadOnlyList<string> NotRead { get; init; } = [];
}
