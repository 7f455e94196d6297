using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Storage;

namespace BatchFunctions.Tables;

/// <summary>What one job adds to a table.</summary>
public sealed record Publication
{
    /// <summary>Who publishes: with <see cref="Sequence"/>, the name by which a publication counts once however often it is tried.</summary>
    public required string ApplicationId { get; init; }

    /// <summary>The number of this publication among those of <see cref="ApplicationId"/>, rising.</summary>
    public required long Sequence { get; init; }

    /// <summary>The job, for the table's history.</summary>
    public required string JobId { get; init; }

    /// <summary>What happens to the rows that are there.</summary>
    public TableMode Mode { get; init; } = TableMode.Append;

    /// <summary>The columns of the files, without the partition columns.</summary>
    public required Schema Columns { get; init; }

    /// <summary>The columns that the table is partitioned by, with the value that all rows have, in order.</summary>
    public IReadOnlyList<PartitionValue> Partition { get; init; } = [];

    /// <summary>The store that <see cref="Files"/> come from.</summary>
    public required IObjectStore Source { get; init; }

    /// <summary>The files; they stay where they are and are copied.</summary>
    public required IReadOnlyList<PublishedFile> Files { get; init; }
}
