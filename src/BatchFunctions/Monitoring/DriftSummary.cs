namespace BatchFunctions.Monitoring;

/// <summary>A job against its baseline: <c>drift</c> in <c>summary_metrics.json</c>.</summary>
public sealed record DriftSummary
{
    /// <summary>Where the baseline comes from: <c>churn@1.2.0</c>, or the address of a file.</summary>
    public required string Baseline { get; init; }

    /// <summary>The SHA-256 of the baseline's file; null for a manifest's.</summary>
    public string? BaselineSha256 { get; init; }

    /// <summary>The number of records that the baseline was made of, or null where it is not told.</summary>
    public long? BaselineRecords { get; init; }

    /// <summary>The scores against the baseline's, or null where they are not compared.</summary>
    public FeatureDrift? Score { get; init; }

    /// <summary>The features, in the order of the model.</summary>
    public required IReadOnlyList<FeatureDrift> Features { get; init; }

    /// <summary>The model's features that the baseline does not have.</summary>
    public IReadOnlyList<string> WithoutBaseline { get; init; } = [];

    /// <summary>The baseline's features that the job does not read.</summary>
    public IReadOnlyList<string> NotRead { get; init; } = [];
}
