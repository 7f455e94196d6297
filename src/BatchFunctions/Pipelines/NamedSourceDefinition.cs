using BatchFunctions.Data;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>A source that <c>source.sql</c> calls by a name: an entry of <c>source.tables</c>.</summary>
public sealed record NamedSourceDefinition
{
    /// <summary>The source, written as <see cref="SourceDefinition.Path"/> is.</summary>
    [Key(Example = "orders/*.parquet")]
    public required string Path { get; init; }

    /// <summary>Which version of a Delta table is read. Default: the newest.</summary>
    public long? Version { get; init; }

    /// <summary>The files' format. Default: by the file name's ending.</summary>
    public FileFormat? Format { get; init; }
}
