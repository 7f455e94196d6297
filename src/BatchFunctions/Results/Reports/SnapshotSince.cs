using System.Globalization;
using BatchFunctions.Incremental;

namespace BatchFunctions.Results.Reports;

/// <summary>What an incremental job went on from, as its metadata records it.</summary>
/// <param name="AfterVersion">The version of the Delta table; null for files, and for a table from its beginning.</param>
/// <param name="FilesScoredBefore">The number of files that were left out since they were scored before; null for a table.</param>
/// <param name="FilesChanged">The number of files in the snapshot of which an earlier version was scored before; null for a table.</param>
public sealed record SnapshotSince(long? AfterVersion, int? FilesScoredBefore, int? FilesChanged)
{
    /// <summary>The same in words.</summary>
    internal string Describe() => (AfterVersion, FilesScoredBefore) switch
    {
        ({ } version, _) => string.Create(CultureInfo.InvariantCulture, $"what came after version {version:N0} of the table"),
        (_, { } before) => string.Create(CultureInfo.InvariantCulture, $"what is new; {before:N0} files were scored before, {FilesChanged:N0} have changed since"),
        _ => "the table's beginning",
    };

    internal static SnapshotSince? Of(SincePin? pin) => pin is null ? null : new(pin.AfterVersion, pin.FilesScoredBefore, pin.FilesChanged);
}
