using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>A table that predictions are published to: the <c>output.table</c> key.</summary>
public sealed record TableDefinition
{
    /// <summary>The table's name: <c>schema.table</c>.</summary>
    [Key(Form = KeyForm.Table, Example = "ml_metrics.churn_daily")]
    public required string Name { get; init; }

    /// <summary>Whether rows are added or replaced. Default: append.</summary>
    public TableMode Mode { get; init; } = TableMode.Append;
}
