using BatchFunctions.Data;

namespace BatchFunctions.Models;

/// <summary>A feature as the manifest describes it: an entry of <c>features</c>.</summary>
public sealed record FeatureDefinition
{
    /// <summary>The column that the feature is read from.</summary>
    public required string Name { get; init; }

    /// <summary>The type of the column's values, before encoding. Default: by the model's input; string where there are categories.</summary>
    public DataType? Type { get; init; }

    /// <summary>The model input that the feature is part of. Default: the input of the same name, else the one that has no such feature.</summary>
    public string? Input { get; init; }

    /// <summary>Whether the input may lack the column; every value is missing then.</summary>
    public bool Optional { get; init; }

    /// <summary>What a missing value becomes. Default: NaN where the graph itself imputes the input, else the record is a reject.</summary>
    public MissingRule? Missing { get; init; }

    /// <summary>The values that are encoded; null where the value itself goes in.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>The number of each of <see cref="Categories"/>; null for its position in the list, from 0.</summary>
    public IReadOnlyList<double>? Codes { get; init; }

    /// <summary>How categories are encoded. Default: as one number.</summary>
    public FeatureEncoding Encode { get; init; }

    /// <summary>What becomes of a value that is not among <see cref="Categories"/>. Default: the record is a reject.</summary>
    public UnseenRule Unseen { get; init; } = UnseenRule.Reject;

    /// <summary>The bounds that the value, imputed and encoded, is brought into. Default: none.</summary>
    public FeatureClip? Clip { get; init; }

    /// <summary>How the value, imputed, encoded and clipped, is scaled. Default: not at all.</summary>
    public FeatureScale? Scale { get; init; }

    /// <summary>What training counted of the values, or null.</summary>
    public FeatureStatistics? Statistics { get; init; }

    /// <summary>How many numbers a value becomes.</summary>
    internal int Width => Encode switch
    {
        FeatureEncoding.OneHot => Categories?.Count ?? 1,
        FeatureEncoding.OneHotDropFirst => Math.Max(1, (Categories?.Count ?? 1) - 1),
        _ => 1,
    };
}
