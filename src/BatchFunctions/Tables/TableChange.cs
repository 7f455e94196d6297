using System.Text.Json;
using BatchFunctions.Tables.Log;

namespace BatchFunctions.Tables;

/// <summary>One version of a table's history.</summary>
/// <param name="Version">The version.</param>
/// <param name="At">When it was made, or null where its writer does not tell.</param>
/// <param name="Operation">What was done, as its writer names it.</param>
/// <param name="Mode">How, for a write: <c>Append</c> or <c>Overwrite</c>.</param>
/// <param name="JobId">The job that the rows come from, where it was one of ours.</param>
/// <param name="FilesAdded">The number of files added.</param>
/// <param name="FilesRemoved">The number of files removed.</param>
/// <param name="RowsAdded">The number of rows in the files added; null where their statistics do not tell.</param>
/// <param name="Engine">The software that made it.</param>
public sealed record TableChange(
    long Version, DateTimeOffset? At, string? Operation, string? Mode, string? JobId, int FilesAdded, int FilesRemoved, long? RowsAdded, string? Engine)
{
    internal static TableChange Of(long version, IReadOnlyList<LogEntry> entries)
    {
        CommitInfo? info = entries.Select(e => e.CommitInfo).FirstOrDefault(i => i is not null);
        AddFile[] added = [.. entries.Select(e => e.Add).OfType<AddFile>()];
        return new TableChange(
            version,
            info?.Timestamp is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            info?.Operation,
            info?.OperationParameters?.GetValueOrDefault("mode") is { ValueKind: JsonValueKind.String } mode ? mode.GetString() : null,
            info?.JobId,
            added.Length,
            entries.Count(e => e.Remove is not null),
            added.Any(f => StatisticsText.RowsOf(f.Stats) is null) ? null : added.Sum(f => StatisticsText.RowsOf(f.Stats)),
            info?.EngineInfo);
    }
}
