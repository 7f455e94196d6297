namespace BatchFunctions.Workflow;

/// <summary>Where a job stands.</summary>
public enum JobStatus
{
    /// <summary>Accepted, not started.</summary>
    Pending,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Stopped in the middle, by a crash or a shutdown; it continues when the engine does.</summary>
    Interrupted,

    /// <summary>Every record was scored or rejected within the policy.</summary>
    Succeeded,

    /// <summary>Published, but the policy or an alarm has something to say.</summary>
    SucceededWithWarnings,

    /// <summary>Ended without a publication.</summary>
    Failed,

    /// <summary>Ended by a person without a publication.</summary>
    Cancelled,
}
