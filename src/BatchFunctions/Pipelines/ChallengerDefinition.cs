using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>
/// A second model that scores the same records and is compared with the first: the <c>challenger</c> key. It is decided by as the pipeline would
/// decide if it were the model.
/// </summary>
public sealed record ChallengerDefinition
{
    /// <summary>The challenger's model reference: <c>name@version</c> or <c>name@approved</c>.</summary>
    [Key(Form = KeyForm.Model, Example = "churn@2.0.0")]
    public required string Model { get; init; }

    /// <summary>Whether the output also has the columns <c>challenger_score</c> and <c>challenger_prediction</c>. Default: false.</summary>
    public bool Columns { get; init; }
}
