using BatchFunctions.Data;

namespace BatchFunctions.Models;

/// <summary>A feature with all that manifest and model file say of it together.</summary>
public sealed record ModelFeature
{
    /// <summary>The column that it is read from.</summary>
    public required string Name { get; init; }

    /// <summary>The type of the column's values, before encoding.</summary>
    public required DataType Type { get; init; }

    /// <summary>The model input that it is part of.</summary>
    public required string Input { get; init; }

    /// <summary>The type of that input's elements.</summary>
    public required DataType TensorType { get; init; }

    /// <summary>Whether the input may lack the column; every value is missing then.</summary>
    public bool Optional { get; init; }

    /// <summary>What a missing value becomes.</summary>
    public required MissingRule Missing { get; init; }

    /// <summary>The values that are encoded, or null.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>The number of each of <see cref="Categories"/>; null for its position in the list, from 0.</summary>
    public IReadOnlyList<double>? Codes { get; init; }

    /// <summary>How categories are encoded.</summary>
    public FeatureEncoding Encode { get; init; }

    /// <summary>What becomes of a value that is not among them.</summary>
    public UnseenRule Unseen { get; init; } = UnseenRule.Reject;

    /// <summary>The bounds that the value, imputed and encoded, is brought into; null for none.</summary>
    public FeatureClip? Clip { get; init; }

    /// <summary>How the value, imputed, encoded and clipped, is scaled; null for not at all.</summary>
    public FeatureScale? Scale { get; init; }

    /// <summary>How many elements it takes in a row of the input.</summary>
    public int Width { get; init; } = 1;
}
