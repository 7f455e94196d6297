namespace BatchFunctions.Pipelines;

/// <summary>What becomes of a record whose segment has no threshold of its own.</summary>
public enum UnseenSegmentAction
{
    /// <summary>The threshold of all segments holds for it.</summary>
    Default,

    /// <summary>It is a reject.</summary>
    Reject,
}
