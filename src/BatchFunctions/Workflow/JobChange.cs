namespace BatchFunctions.Workflow;

/// <summary>What became of a wish to change a job.</summary>
public enum JobChange
{
    /// <summary>It is written down, and will be or has been done.</summary>
    Accepted,

    /// <summary>There is no such job.</summary>
    NoSuchJob,

    /// <summary>The job is not where this could be done to it; nothing was changed.</summary>
    NotNow,
}
