namespace BatchFunctions.Pipelines.Loading;

/// <summary>
/// What a pipeline key's value must be like. Loader, JSON schema and reference all read it from here, so that they cannot disagree.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeyAttribute : Attribute
{
    /// <summary>What the value's text must look like.</summary>
    public KeyForm Form { get; init; }

    /// <summary>The smallest number (or number of seconds) allowed; NaN for none.</summary>
    public double Min { get; init; } = double.NaN;

    /// <summary>The largest number (or number of seconds) allowed; NaN for none.</summary>
    public double Max { get; init; } = double.NaN;

    /// <summary>Whether <see cref="Min"/> itself is not allowed.</summary>
    public bool AboveMin { get; init; }

    /// <summary>The word that stands for null, where there is one.</summary>
    public string? NullWord { get; init; }

    /// <summary>Words of the property's enumeration that this key does not take.</summary>
    public string[] Except { get; init; } = [];

    /// <summary>The only keys of a map; empty where any name will do.</summary>
    public string[] Names { get; init; } = [];

    /// <summary>What the names of a map or the items of a list are called in messages.</summary>
    public string Item { get; init; } = "item";

    /// <summary>Whether one text may stand for a list that has just it.</summary>
    public bool OrOne { get; init; }

    /// <summary>Whether a list or a map must have something in it.</summary>
    public bool NotEmpty { get; init; }

    /// <summary>Whether a map's numbers must ascend in the order they are written.</summary>
    public bool Ascending { get; init; }

    /// <summary>An example, for messages and the reference.</summary>
    public string? Example { get; init; }
}
