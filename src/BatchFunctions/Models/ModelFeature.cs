using BatchFunctions.Data;

namespace BatchFunctions.Models;

/// <summary>A feature with all that manifest and model file say of it together.</summary>
/// <param name="Name">The column that it is read from.</param>
/// <param name="Type">The type of the column's values, before encoding.</param>
/// <param name="Input">The model input that it is part of.</param>
/// <param name="TensorType">The type of that input's elements.</param>
/// <param name="Missing">What a missing value becomes.</param>
/// <param name="Categories">The values that are encoded as their position, or null.</param>
/// <param name="Unseen">The code of a value that is not among them, or null where the record is a reject.</param>
/// <param name="Scale">How the value, imputed and encoded, is scaled; null for not at all.</param>
public sealed record ModelFeature(
    string Name,
    DataType Type,
    string Input,
    DataType TensorType,
    MissingRule Missing,
    IReadOnlyList<string>? Categories,
    double? Unseen,
    FeatureScale? Scale = null);
