using System.Reflection;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>One key of the pipeline file: its name, what it takes and where the value goes.</summary>
internal sealed class KeyDescription
{
    /// <summary>The key as it is written.</summary>
    public required string Name { get; init; }

    /// <summary>Where the value goes; null for the value of a map or the item of a list.</summary>
    public PropertyInfo? Property { get; init; }

    /// <summary>What the value is.</summary>
    public required KeyKind Kind { get; init; }

    /// <summary>The value's CLR type, without nullability.</summary>
    public required Type Type { get; init; }

    /// <summary>What the value must be like.</summary>
    public required KeyAttribute Rules { get; init; }

    /// <summary>Whether the key must be there.</summary>
    public bool Required { get; init; }

    /// <summary>The value where the key is absent; null for none.</summary>
    public object? Default { get; init; }

    /// <summary>The keys of an object; empty for anything else.</summary>
    public IReadOnlyList<KeyDescription> Keys { get; init; } = [];

    /// <summary>What a map's values, or the items of a list of numbers or mappings, are; null for anything else.</summary>
    public KeyDescription? Value { get; init; }

    /// <summary>The words that a word key takes; empty for anything else.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The key called <paramref name="name"/>, or null.</summary>
    public KeyDescription? Find(string name) => Keys.FirstOrDefault(k => k.Name == name);
}
