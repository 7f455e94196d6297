using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>A business rule: an entry of <c>decisions.rules</c>.</summary>
public sealed record RuleDefinition
{
    /// <summary>The condition on the record's columns and on what scoring adds. Default: every record, for the last rule only.</summary>
    [Key(Form = KeyForm.Expression, Example = "score >= 0.7 and region == 'north'")]
    public string? When { get; init; }

    /// <summary>What is written into the column <c>action</c>.</summary>
    [Key(Example = "call")]
    public required string Action { get; init; }
}
