namespace BatchFunctions.Pipelines.Loading;

/// <summary>A value in a pipeline file.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Size">The number of nodes in it, with every alias counted as what it stands for.</param>
internal abstract record YamlNode(Position At, int Size);
