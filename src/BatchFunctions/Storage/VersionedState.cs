namespace BatchFunctions.Storage;

/// <summary>A state as it was read.</summary>
/// <param name="Value">The state.</param>
/// <param name="ETag">Its version, for the condition of the next write.</param>
internal sealed record VersionedState<T>(T Value, string ETag);
