namespace BatchFunctions.Pipelines.Loading;

/// <summary>What a pipeline key's value is.</summary>
internal enum KeyKind
{
    /// <summary>A mapping with keys of its own.</summary>
    Object,

    /// <summary>A mapping from names that the writer chooses.</summary>
    Map,

    /// <summary>A list of texts.</summary>
    List,

    /// <summary>A list of numbers.</summary>
    Numbers,

    /// <summary>A list of mappings, each with keys of its own.</summary>
    Items,

    /// <summary>Text.</summary>
    Text,

    /// <summary>One of a few words.</summary>
    Word,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A finite number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A duration such as <c>1h30m</c>.</summary>
    Duration,
}
