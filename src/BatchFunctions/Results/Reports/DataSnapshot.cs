using System.Text.Json.Serialization;
using BatchFunctions.Planning;
using BatchFunctions.Views;

namespace BatchFunctions.Results.Reports;

/// <summary>The exact input of a job, as its metadata records it.</summary>
/// <param name="Source">The address that was asked for, globs and all.</param>
/// <param name="Files">The number of files.</param>
/// <param name="Bytes">Their length together.</param>
/// <param name="Sha256">A digest of every file's key, length and ETag, in lower-case hex: two jobs with the same one read the same input.</param>
/// <param name="Listing">The files.</param>
public sealed record DataSnapshot(string Source, int Files, long Bytes, string Sha256, IReadOnlyList<DataSnapshotFile> Listing)
{
    /// <summary>The version of the Delta table that the files were; null where they were none.</summary>
    public long? TableVersion { get; init; }

    /// <summary>What an incremental job went on from; null for others.</summary>
    public SnapshotSince? Since { get; init; }

    /// <summary>The view that the files are, and what it was made from; null where they are the sources' own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ViewRecord? View { get; init; }

    /// <summary>Describes pinned files.</summary>
    /// <param name="source">The address that was asked for.</param>
    /// <param name="files">The files, in the snapshot's order.</param>
    /// <param name="hashes">The SHA-256 of their contents in the same order, or null where it was not taken.</param>
    public static DataSnapshot Of(string source, IReadOnlyList<SnapshotFile> files, IReadOnlyList<string?>? hashes = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        return new DataSnapshot(
            source,
            files.Count,
            files.Sum(f => f.Length),
            SnapshotReader.DigestOf(files),
            [.. files.Select((f, i) => new DataSnapshotFile(f.Key, f.Length, f.ETag, hashes?[i] ?? f.Sha256))]);
    }
}
