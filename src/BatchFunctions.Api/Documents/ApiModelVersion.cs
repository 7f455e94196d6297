using BatchFunctions.Models;

namespace BatchFunctions.Api.Documents;

/// <summary>A registered version of a model.</summary>
/// <param name="Version">The version.</param>
/// <param name="Sha256">The SHA-256 of the ONNX file, in lower-case hex.</param>
/// <param name="Bytes">The length of the ONNX file.</param>
/// <param name="RegisteredAt">When it was registered.</param>
/// <param name="RegisteredBy">Who registered it.</param>
public sealed record ApiModelVersion(string Version, string Sha256, long Bytes, DateTimeOffset RegisteredAt, string RegisteredBy)
{
    /// <summary>Shows a version.</summary>
    public static ApiModelVersion Of(ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return new ApiModelVersion(version.Version, version.Sha256, version.Bytes, version.RegisteredAt, version.RegisteredBy);
    }
}
