namespace BatchFunctions.Pipelines.Loading;

/// <summary>
/// The keys whose feature is not there yet. They are read and checked like any other, but a job that needs one is refused. Whoever
/// builds the feature removes the entry here.
/// </summary>
internal static class UnsupportedKeys
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<UnsupportedKey> All { get; } = [];

    /// <summary>The uses of such keys in a document.</summary>
    public static IReadOnlyList<PipelineProblem> UsesIn(YamlNode root) => [.. All.Select(k => UseIn(root, k)).OfType<PipelineProblem>()];

    private static PipelineProblem? UseIn(YamlNode root, UnsupportedKey unsupported)
    {
        YamlNode? node = root;
        Position at = root.At;
        foreach (string name in unsupported.Path.Split('.'))
        {
            if (node is not YamlMapping mapping || mapping.Find(name) is not { } child)
                return null;
            (node, at) = (child, mapping.PositionOf(name));
        }

        if (node is YamlScalar { IsNull: true })
            return null;
        if (unsupported.Values.Length == 0)
            return new PipelineProblem(at.Line, at.Column, $"{unsupported.Path} is not supported yet; remove the key to run this pipeline.");
        string? value = node is YamlScalar scalar ? unsupported.Values.FirstOrDefault(v => v.Equals(scalar.Value, StringComparison.OrdinalIgnoreCase)) : null;
        return value is null ? null : new PipelineProblem(at.Line, at.Column, $"{unsupported.Path}: {value} is not supported yet; remove the key to run this pipeline.");
    }
}
