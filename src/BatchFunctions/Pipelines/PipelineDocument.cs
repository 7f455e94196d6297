using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>A pipeline file that was read and found right.</summary>
public sealed class PipelineDocument
{
    internal PipelineDocument(PipelineDefinition definition, string canonicalJson, ExpressionPlaces expressions)
    {
        Expressions = expressions;
        Definition = definition;
        CanonicalJson = canonicalJson;
        Sha256 = PipelineHash.Of(canonicalJson);
    }

    /// <summary>What the file says, with defaults filled in.</summary>
    public PipelineDefinition Definition { get; }

    /// <summary>
    /// What the file says, in one fixed spelling: JSON with sorted keys, without defaults, and with <c>${NAME}</c> in place of what came from
    /// the environment, so that it may be kept and shown.
    /// </summary>
    public string CanonicalJson { get; }

    /// <summary>The SHA-256 of <see cref="CanonicalJson"/>, in lower-case hex: the same whatever the comments, the layout, the order of keys and the secrets.</summary>
    public string Sha256 { get; }

    /// <summary>Where the conditions stand, for what is found wrong with them later.</summary>
    internal ExpressionPlaces Expressions { get; }
}
