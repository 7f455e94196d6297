namespace BatchFunctions.Planning;

/// <summary>A file of a snapshot, as it stood when the job started.</summary>
/// <param name="Key">The file's key in the source's store.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="ETag">Its ETag; a file that has another one later makes the job fail.</param>
/// <param name="Partitions">The values of its Hive partition columns, by name; empty where there are none.</param>
public sealed record SnapshotFile(string Key, long Length, string ETag, IReadOnlyDictionary<string, string> Partitions)
{
    /// <summary>Where its records come from, where it was written for a reprocess; null for a file of the input itself.</summary>
    public SnapshotOrigin? Origin { get; init; }

    /// <summary>The SHA-256 of its content, in lower-case hex, where the job wrote the file itself and knows it; otherwise null.</summary>
    public string? Sha256 { get; init; }
}
