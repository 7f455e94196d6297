namespace BatchFunctions.Pipelines.Loading;

/// <summary>A single value.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Value">Its text, environment variables filled in.</param>
/// <param name="Written">Its text as it was written, with the names of environment variables: what may be shown.</param>
/// <param name="FromEnvironment">Whether any of <paramref name="Value"/> came from the environment, so that it must not be shown.</param>
/// <param name="Quoted">Whether it is text whatever it looks like.</param>
/// <param name="TextAt">Where its first character stands if it stands in one line just as it is, nothing escaped or filled in; else null.</param>
internal sealed record YamlScalar(Position At, string Value, string Written, bool FromEnvironment, bool Quoted, Position? TextAt = null) : YamlNode(At, 1)
{
    /// <summary>Where one of its characters stands, or the value itself where that cannot be told.</summary>
    /// <param name="character">Which one, from 0.</param>
    public Position PlaceOf(int character) => TextAt is { } start ? start with { Column = start.Column + character } : At;

    /// <summary>Whether it stands for no value at all.</summary>
    public bool IsNull => !Quoted && (Value.Length == 0 || (!FromEnvironment && Value is "~" or "null" or "Null" or "NULL"));

    /// <summary>The value for a message: quoted, shortened, without what the environment holds.</summary>
    public string Shown
    {
        get
        {
            string text = Written.Length > 60 ? Written[..60] + "…" : Written;
            return $"'{text.ReplaceLineEndings(" ")}'";
        }
    }
}
