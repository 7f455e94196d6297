using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>Thresholds that differ between segments of the records: the <c>decisions.thresholds</c> key.</summary>
public sealed record ThresholdsDefinition
{
    /// <summary>The column whose value is a record's segment: text, a whole number, or true and false.</summary>
    [Key(Example = "region")]
    public required string By { get; init; }

    /// <summary>The threshold of each segment.</summary>
    [Key(NotEmpty = true, Min = 0, Max = 1, Item = "segment", Example = "{ north: 0.6, south: 0.7 }")]
    public required IReadOnlyDictionary<string, double> Values { get; init; }

    /// <summary>What becomes of a record whose segment has no threshold, or is missing. Default: <c>decisions.threshold</c> holds for it.</summary>
    public UnseenSegmentAction Unseen { get; init; } = UnseenSegmentAction.Default;
}
