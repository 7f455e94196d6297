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

    public bool IsZipMap => Operator == "ZipMap" && Domain == MachineLearning;

    public bool HasClasses => ClassNumbers.Count + ClassNames.Count > 0;
}
