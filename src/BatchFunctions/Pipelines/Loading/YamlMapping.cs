namespace BatchFunctions.Pipelines.Loading;

/// <summary>Keys and values in the order they are written, each key once.</summary>
internal sealed record YamlMapping(Position At, int Size, IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> Entries) : YamlNode(At, Size)
{
    /// <summary>Where the key <paramref name="name"/> stands, or the mapping itself where it has no such key.</summary>
    public Position PositionOf(string name)
    {
        foreach ((YamlScalar key, _) in Entries)
            if (key.Value == name)
                return key.At;
        return At;
    }

    /// <summary>The value of the key <paramref name="name"/>, or null.</summary>
    public YamlNode? Find(string name)
    {
        foreach ((YamlScalar key, YamlNode value) in Entries)
            if (key.Value == name)
                return value;
        return null;
    }
}
