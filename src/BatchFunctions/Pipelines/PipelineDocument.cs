using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>A pipeline file that was read and found right.</summary>
public sealed class PipelineDocument
{
    private readonly string _fileName;

    internal PipelineDocument(string fileName, PipelineDefinition definition, string canonicalJson, ExpressionPlaces expressions, IReadOnlyList<PipelineProblem> unsupported)
    {
        _fileName = fileName;
        Expressions = expressions;
        Definition = definition;
        CanonicalJson = canonicalJson;
        Sha256 = PipelineHash.Of(canonicalJson);
        Unsupported = unsupported;
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

    /// <summary>The keys in use whose feature is not there yet.</summary>
    public IReadOnlyList<PipelineProblem> Unsupported { get; }

    /// <summary>Where the conditions stand, for what is found wrong with them later.</summary>
    internal ExpressionPlaces Expressions { get; }

    /// <summary>Refuses the pipeline if it uses a key whose feature is not there yet.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>, with the line of each such key.</exception>
    public void EnsureSupported()
    {
        if (Unsupported.Count > 0)
            throw Problems.Refusal(_fileName, Unsupported);
    }
}
