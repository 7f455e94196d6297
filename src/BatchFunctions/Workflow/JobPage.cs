namespace BatchFunctions.Workflow;

/// <summary>Some of the jobs that were asked for.</summary>
/// <param name="Jobs">The jobs, the newest first; equal times in descending order of their ids.</param>
/// <param name="Next">Where the next page begins, for <see cref="JobQuery.After"/>; null where there are no more.</param>
public sealed record JobPage(IReadOnlyList<JobRecord> Jobs, string? Next);
