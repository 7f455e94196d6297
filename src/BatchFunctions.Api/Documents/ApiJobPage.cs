namespace BatchFunctions.Api.Documents;

/// <summary>Some of the jobs that were asked for.</summary>
/// <param name="Jobs">The jobs, the newest first.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; left out where there are no more.</param>
public sealed record ApiJobPage(IReadOnlyList<ApiJob> Jobs, string? Next);
