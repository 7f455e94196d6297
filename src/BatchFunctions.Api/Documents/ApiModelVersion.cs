using BatchFunctions.Models;

namespace BatchFunctions.Api.Documents;

/// <summary>A registered version of a model.</summary>
/// <param name="Version">The version.</param>
/// <param name="Sha256">The SHA-256 of the ONNX file, in lower-case hex.</param>
/// <param name="Bytes">The length of the ONNX file.</param>
/// <param name="RegisteredAt">When it was registered.</param>
/// <param name="RegisteredBy">Who registered it.</param>
/// <param name="Stage">Where it stands: <c>registered</c>, <c>approved</c>, <c>rejected</c>, <c>retired</c>.</param>
/// <param name="History">What was decided about it since, in order.</param>
public sealed record ApiModelVersion(
    string Version, string Sha256, long Bytes, DateTimeOffset RegisteredAt, string RegisteredBy, string Stage, IReadOnlyList<ApiStageChange> History)
{
    /// <summary>Shows a version.</summary>
    public static ApiModelVersion Of(ModelHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        ModelVersion version = history.Version;
        return new ApiModelVersion(
            version.Version,
            version.Sha256,
            version.Bytes,
            version.RegisteredAt,
            version.RegisteredBy,
            StageNames.Of(history.Stage),
            [.. history.Changes.Select(ApiStageChange.Of)]);
    }
}
