namespace BatchFunctions.Tables;

/// <summary>What became of a publication.</summary>
/// <param name="Version">The table's version that has it; of one that was there already, the newest.</param>
/// <param name="WasThere">Whether an earlier try had published it.</param>
public sealed record PublishedVersion(long Version, bool WasThere);
