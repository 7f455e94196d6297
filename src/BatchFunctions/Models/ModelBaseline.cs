namespace BatchFunctions.Models;

/// <summary>The histograms that drift is measured against: a manifest's <c>baseline</c> key.</summary>
public sealed record ModelBaseline
{
    /// <summary>The number of records that the histograms were made of, or null where it is not told.</summary>
    public long? Records { get; init; }

    /// <summary>The histograms by feature.</summary>
    public IReadOnlyDictionary<string, Histogram> Features { get; init; } = new Dictionary<string, Histogram>();

    /// <summary>The score's histogram, or null.</summary>
    public Histogram? Score { get; init; }
}
