using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Storage;
using BatchFunctions.Tables;

namespace BatchFunctions.Views;

/// <summary>A source of a view, pinned.</summary>
public sealed record ViewInput
{
    /// <summary>The name by which a query calls it.</summary>
    public required string Name { get; init; }

    /// <summary>The place that its path means, as it is written.</summary>
    public required StoreLocation Place { get; init; }

    /// <summary>Its files, in order; empty ones are among them.</summary>
    public required IReadOnlyList<SnapshotFile> Files { get; init; }

    /// <summary>Their format.</summary>
    public required FileFormat Format { get; init; }

    /// <summary>How CSV is written down.</summary>
    public required CsvDefinition Csv { get; init; }

    /// <summary>The Delta table that it is; null where it is none.</summary>
    public TableState? Table { get; init; }

    /// <summary>The columns of each file, in the files' order; those of an empty file are none.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Columns { get; init; }
}
