using BatchFunctions.Models;
using BatchFunctions.Results.Reports;

namespace BatchFunctions.Verification;

/// <summary>Compares the registry's files with the digests that the job had pinned.</summary>
internal static class ModelCheck
{
    private const int Files = 2;

    /// <summary>Looks at the model.</summary>
    /// <returns>Whether it is what was pinned, so that it can be run.</returns>
    public static async Task<bool> RunAsync(
        ModelRegistry registry, PinnedModel model, RunMetadata? metadata, string metadataAddress, Findings findings, CancellationToken cancellationToken)
    {
        if (metadata is not null
            && (metadata.ModelName, metadata.ModelVersion, metadata.ModelSha256, metadata.ManifestSha256 ?? model.ManifestSha256) != (model.Name, model.Version, model.Sha256, model.ManifestSha256))
            findings.Fault(metadataAddress, $"It names {metadata.ModelName}@{metadata.ModelVersion} {metadata.ModelSha256}, but the job was pinned to {model.Name}@{model.Version} {model.Sha256}.");

        findings.Count(Files);
        IReadOnlyList<(string File, string Problem)> problems = await registry.CheckAsync(model, cancellationToken);
        foreach ((string file, string problem) in problems)
            findings.Fault(file, problem);
        return problems.Count == 0;
    }
}
