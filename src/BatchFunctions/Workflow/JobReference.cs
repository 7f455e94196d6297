namespace BatchFunctions.Workflow;

/// <summary>Where the activities of a job find what belongs to it.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="WorkFolder">The address of the job's work folder: pinned job, plan, commit records.</param>
public sealed record JobReference(string JobId, string WorkFolder)
{
    /// <summary>The span that the job's steps belong to, as W3C writes it; null where none was recorded that started the job.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The pipeline's name, for what is logged and measured.</summary>
    public string? Pipeline { get; init; }

    /// <summary>The model, <c>name@version</c>, for what is logged and measured.</summary>
    public string? Model { get; init; }
}
