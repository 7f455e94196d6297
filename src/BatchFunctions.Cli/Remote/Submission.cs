using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Remote;

/// <summary>What a server made of a request for a job.</summary>
/// <param name="Job">The job.</param>
/// <param name="Location">Where to ask for it.</param>
/// <param name="IsNew">Whether this request made it; false where an earlier one did.</param>
internal sealed record Submission(JobRecord Job, Uri Location, bool IsNew);
