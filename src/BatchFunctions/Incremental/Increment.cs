using BatchFunctions.Planning;

namespace BatchFunctions.Incremental;

/// <summary>What is new in a source.</summary>
/// <param name="Files">The files, in ordinal order of their keys; none where nothing is new.</param>
/// <param name="Pin">What it goes on from.</param>
internal sealed record Increment(IReadOnlyList<SnapshotFile> Files, SincePin Pin);
