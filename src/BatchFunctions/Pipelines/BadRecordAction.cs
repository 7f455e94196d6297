namespace BatchFunctions.Pipelines;

/// <summary>What happens to a record that cannot be scored.</summary>
public enum BadRecordAction
{
    /// <summary>It goes to the rejects, with position and reason, and the job goes on.</summary>
    Reject,

    /// <summary>The job fails at the first one.</summary>
    Fail,
}
