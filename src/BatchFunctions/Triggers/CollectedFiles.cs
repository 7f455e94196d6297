using BatchFunctions.Planning;
using BatchFunctions.Workflow;

namespace BatchFunctions.Triggers;

/// <summary>Files that arrived for one job. They are collected until the pipeline's thresholds are met; then the request is fixed, and with it the files.</summary>
/// <param name="Store">The address of the store that the files' keys belong to.</param>
/// <param name="FileDate">The date that the files' names say, or null where <c>source.path</c> has none.</param>
/// <param name="FirstAt">When the first of them was seen.</param>
/// <param name="Files">The files, each key once.</param>
/// <param name="Request">The job that is being started with them; null while they are collected.</param>
internal sealed record CollectedFiles(string Store, DateOnly? FileDate, DateTimeOffset FirstAt, IReadOnlyList<ArrivedFile> Files, JobRequest? Request)
{
    /// <summary>What tells the files' versions from all others.</summary>
    public IEnumerable<string> VersionIds => Files.Select(f => VersionId.Of(Store, f));
}
