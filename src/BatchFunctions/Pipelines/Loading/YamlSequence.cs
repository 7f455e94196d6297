namespace BatchFunctions.Pipelines.Loading;

/// <summary>A list.</summary>
internal sealed record YamlSequence(Position At, int Size, IReadOnlyList<YamlNode> Items) : YamlNode(At, Size);
