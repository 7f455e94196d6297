namespace BatchFunctions.Pipelines;

/// <summary>Which tier scores the shards.</summary>
public enum ScoringTier
{
    /// <summary>The process that runs the activities.</summary>
    InProcess,

    /// <summary>The scoring service.</summary>
    Container,

    /// <summary>By the model's size and the number of records.</summary>
    Auto,
}
