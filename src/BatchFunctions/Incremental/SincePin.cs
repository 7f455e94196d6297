namespace BatchFunctions.Incremental;

/// <summary>Of an incremental job: what it goes on from, as it was when the job was prepared.</summary>
public sealed record SincePin
{
    /// <summary>Whether the job moves the pipeline's mark when it publishes. One whose output goes elsewhere does not.</summary>
    public required bool Moves { get; init; }

    /// <summary>The Delta table that it reads; null for files.</summary>
    public string? TableFolder { get; init; }

    /// <summary>The id of that table.</summary>
    public string? TableId { get; init; }

    /// <summary>The version of the table that it goes on from; null for files, and for a table from its beginning.</summary>
    public long? AfterVersion { get; init; }

    /// <summary>The number of files of the source that are left out since they were scored before; null for a table.</summary>
    public int? FilesScoredBefore { get; init; }

    /// <summary>The number of files of the snapshot of which an earlier version was scored before; null for a table.</summary>
    public int? FilesChanged { get; init; }
}
