namespace BatchFunctions.Pipelines;

/// <summary>What a breach of the policy makes of a job.</summary>
public enum BreachAction
{
    /// <summary>It succeeds with warnings.</summary>
    Warn,

    /// <summary>It fails and publishes nothing.</summary>
    Fail,
}
