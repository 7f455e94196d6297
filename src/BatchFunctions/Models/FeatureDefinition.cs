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

    /// <summary>What a missing value becomes. Default: NaN where the graph itself imputes the input, else the record is a reject.</summary>
    public MissingRule? Missing { get; init; }

    /// <summary>The values that are encoded as their position, from 0, in this list; null where the value itself goes in.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>The code of a value that is not among <see cref="Categories"/>. Default: none; the record is a reject.</summary>
    public double? Unseen { get; init; }

    /// <summary>How the value, imputed and encoded, is scaled. Default: not at all.</summary>
    public FeatureScale? Scale { get; init; }
}
