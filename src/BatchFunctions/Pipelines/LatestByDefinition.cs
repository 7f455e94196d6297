namespace BatchFunctions.Pipelines;

/// <summary>Keeps the newest record per key: the <c>source.latest_by</c> key.</summary>
public sealed record LatestByDefinition
{
    /// <summary>The column that names an entity.</summary>
    public required string Key { get; init; }

    /// <summary>The column by which records of one entity are ordered.</summary>
    public required string Order { get; init; }
}
