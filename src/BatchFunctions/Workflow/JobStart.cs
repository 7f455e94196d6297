namespace BatchFunctions.Workflow;

/// <summary>What became of a request for a job.</summary>
/// <param name="Job">The job of the request's id.</param>
/// <param name="IsNew">Whether the request made it; false where it was there already, so that a repeated request starts nothing.</param>
/// <param name="IsSame">Whether the job is the one that the request asks for; false where another one has its id.</param>
public sealed record JobStart(JobRecord Job, bool IsNew, bool IsSame);
