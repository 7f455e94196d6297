using BatchFunctions.Data;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>Adds the columns of a second source: the <c>source.join</c> key.</summary>
public sealed record JoinDefinition
{
    /// <summary>The second source, written as <see cref="SourceDefinition.Path"/> is.</summary>
    [Key(Example = "features/accounts")]
    public required string Path { get; init; }

    /// <summary>Which version of a Delta table is read. Default: the newest.</summary>
    public long? Version { get; init; }

    /// <summary>The files' format. Default: by the file name's ending.</summary>
    public FileFormat? Format { get; init; }

    /// <summary>The column, or the columns, that both sources have and that must be equal. The second source has one record for each at most.</summary>
    [Key(NotEmpty = true, OrOne = true, Item = "column", Example = "customer_id")]
    public required IReadOnlyList<string> On { get; init; }

    /// <summary>
    /// What becomes of records that the second source has nothing for: <c>left</c> keeps them, without values in its columns; <c>inner</c> leaves them out. Default: left.
    /// </summary>
    public JoinKind Kind { get; init; }

    /// <summary>The columns that are added. Default: all but those of <see cref="On"/>.</summary>
    [Key(NotEmpty = true, Item = "column", Example = "[balance, products]")]
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Keeps the newest record per key of the second source, before it is joined. Default: none.</summary>
    public LatestByDefinition? LatestBy { get; init; }
}
