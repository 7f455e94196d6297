using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>
/// What predictions are compared with: the <c>evaluation</c> key. Without it, jobs are evaluated where the model's manifest names a label and
/// the input has that column; with it, an input without labels is refused.
/// </summary>
public sealed record EvaluationDefinition
{
    /// <summary>The column with the truth. Default: the manifest's label.</summary>
    [Key(Example = "Churn")]
    public string? Label { get; init; }

    /// <summary>The label that counts as positive, of two classes. Default: the manifest's, else the model's own positive class, else 1.</summary>
    [Key(Example = "\"Yes\"")]
    public string? Positive { get; init; }

    /// <summary>The label that counts as negative, of two classes. Default: the other one, where the model or the positive label tells; else every other label.</summary>
    [Key(Example = "\"No\"")]
    public string? Negative { get; init; }

    /// <summary>Columns by whose values the measures are also given, at most 10; 50 values of each are told apart. Default: none.</summary>
    [Key(Item = "column", Example = "[Contract, gender]")]
    public IReadOnlyList<string> Segments { get; init; } = [];
}
