using System.Security.Cryptography;
using System.Text;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>The digest by which a pipeline is recorded in metadata.</summary>
public static class PipelineHash
{
    /// <summary>The digest of a definition that was built in code.</summary>
    /// <returns>A SHA-256 in lower-case hex, equal to <see cref="PipelineDocument.Sha256"/> of a file that says the same.</returns>
    public static string Of(PipelineDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return Of(CanonicalPipeline.Write(definition, new Dictionary<string, string>()));
    }

    internal static string Of(string canonicalJson) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalJson)));
}
