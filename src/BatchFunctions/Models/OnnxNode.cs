namespace BatchFunctions.Models;

/// <summary>A node of an ONNX graph, as far as it tells what inputs and outputs mean.</summary>
/// <param name="Operator">The operator's name.</param>
/// <param name="Domain">The operator's domain; empty for ONNX's own.</param>
/// <param name="Inputs">The names of the values it takes.</param>
/// <param name="Outputs">The names of the values it gives.</param>
/// <param name="ClassNumbers">Its <c>classlabels_int64s</c> or <c>classlabels_ints</c>.</param>
/// <param name="ClassNames">Its <c>classlabels_strings</c>.</param>
/// <param name="PostTransform">Its <c>post_transform</c>, or null.</param>
/// <param name="ReplacesNaN">Whether it is an imputer that replaces NaN.</param>
internal sealed record OnnxNode(
    string Operator,
    string Domain,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyList<long> ClassNumbers,
    IReadOnlyList<string> ClassNames,
    string? PostTransform,
    bool ReplacesNaN)
{
    public const string MachineLearning = "ai.onnx.ml";

    /// <summary>The attribute with the words of a <c>OneHotEncoder</c>.</summary>
    public const string Categories = "cats_strings";

    /// <summary>The attribute with the words of a <c>LabelEncoder</c>.</summary>
    public const string Keys = "keys_strings";

    /// <summary>The words that it looks its input up among; null where it is no encoder of words.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>The names that graphs within it use, among them those of values from outside of it.</summary>
    public IReadOnlyCollection<string> Captured { get; init; } = [];

    /// <summary>Whether its outputs hold nothing but values of its first input, whatever these are.</summary>
    public bool MovesFirstInput => (Domain, Operator) is
        ("" or "ai.onnx", "Identity" or "Reshape" or "Squeeze" or "Unsqueeze" or "Flatten" or "Transpose" or "Gather" or "Slice" or "Split")
        or (MachineLearning, "ArrayFeatureExtractor");

    /// <summary>Whether it puts its inputs together.</summary>
    public bool IsConcat => Domain is "" or "ai.onnx" && Operator == "Concat";

    public bool IsZipMap => Operator == "ZipMap" && Domain == MachineLearning;

    public bool HasClasses => ClassNumbers.Count + ClassNames.Count > 0;
}
