using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>A table that predictions are published to, in the Delta Lake format: the <c>output.table</c> key.</summary>
public sealed record TableDefinition
{
    /// <summary>The table's name: <c>schema.table</c>.</summary>
    [Key(Form = KeyForm.Table, Example = "ml_metrics.churn_daily")]
    public required string Name { get; init; }

    /// <summary>The folder that tables are made in; this one stands in its folder <c>schema/table</c>. Default: <c>tables</c>.</summary>
    public string Path { get; init; } = "tables";

    /// <summary>Whether rows are added, or replace those of the whole table or of the partition that is written. Default: append.</summary>
    public TableMode Mode { get; init; } = TableMode.Append;

    /// <summary>What the table is partitioned by: <c>run_date</c>, <c>model_version</c> or both, which become columns of the table. Default: none.</summary>
    [Key(Item = "column", Example = "[run_date, model_version]")]
    public IReadOnlyList<string> PartitionBy { get; init; } = [];
}
