using BatchFunctions.Planning;

namespace BatchFunctions.Results.Challengers;

/// <summary>The challenger that a job was pinned to: <c>challenger</c> in <c>metadata.json</c>.</summary>
/// <param name="Requested">The model reference as it was asked for.</param>
/// <param name="ModelName">The model's name.</param>
/// <param name="ModelVersion">The model's version.</param>
/// <param name="ModelSha256">The SHA-256 of the ONNX file.</param>
/// <param name="ManifestSha256">The SHA-256 of the model's manifest.</param>
public sealed record ChallengerPin(string Requested, string ModelName, string ModelVersion, string ModelSha256, string? ManifestSha256)
{
    internal static ChallengerPin? Of(JobDefinition job) => job is { Challenger.Model: { } model, Pipeline.Challenger.Model: var requested }
        ? new(requested, model.Name, model.Version, model.Sha256, model.ManifestSha256)
        : null;
}
