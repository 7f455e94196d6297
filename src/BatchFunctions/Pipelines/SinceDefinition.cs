namespace BatchFunctions.Pipelines;

/// <summary>From where on a source's records are scored.</summary>
public enum SinceDefinition
{
    /// <summary>What no successful job of the pipeline has scored.</summary>
    LastRun,
}
