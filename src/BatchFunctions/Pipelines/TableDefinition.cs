namespace BatchFunctions.Pipelines;

/// <summary>A table that predictions are published to: the <c>output.table</c> key.</summary>
public sealed record TableDefinition
{
    /// <summary>The table's name: <c>schema.table</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether rows are added or replaced. Default: append.</summary>
    public TableMode Mode { get; init; } = TableMode.Append;
}
