namespace BatchFunctions.Results;

/// <summary>What the files of a snapshot hold.</summary>
/// <param name="Sha256">The SHA-256 of each file, in lower-case hex, in the snapshot's order.</param>
internal sealed record SnapshotHashes(IReadOnlyList<string> Sha256);
