namespace BatchFunctions.Workflow;

/// <summary>Where the activities of a job find what belongs to it.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="WorkFolder">The address of the job's work folder: pinned job, plan, commit records.</param>
public sealed record JobReference(string JobId, string WorkFolder);
