using BatchFunctions.Pipelines;

namespace BatchFunctions.Results;

/// <summary>What the files of a snapshot hold.</summary>
/// <param name="Sha256">The SHA-256 of each file, in lower-case hex, in the snapshot's order.</param>
internal sealed record SnapshotHashes(IReadOnlyList<string> Sha256)
{
    // A tenth of a second of one processor.
    private const long HashedBytes = 128L << 20;

    /// <summary>Whether files are to be hashed.</summary>
    /// <param name="wish">What the pipeline says.</param>
    /// <param name="bytes">Their length together.</param>
    public static bool IsWanted(SnapshotHashing wish, long bytes) => wish switch
    {
        SnapshotHashing.Always => true,
        SnapshotHashing.Never => false,
        _ => bytes <= HashedBytes,
    };
}
