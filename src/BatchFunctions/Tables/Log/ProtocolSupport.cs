using System.Globalization;

namespace BatchFunctions.Tables.Log;

/// <summary>Which tables can be read and written here: readers up to version 1, writers up to version 2, and later ones that use nothing more.</summary>
internal static class ProtocolSupport
{
    private const string ColumnMapping = "delta.columnMapping.mode";
    private static readonly HashSet<string> HarmlessToReaders = ["timestampNtz", "vacuumProtocolCheck", "v2Checkpoint", "deletionVectors", "columnMapping", "appendOnly", "invariants"];
    private static readonly HashSet<string> HarmlessToWriters = ["appendOnly", "invariants"];

    /// <summary>Refuses a table that cannot be read rightly.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>.</exception>
    public static void RequireReadable(string table, TableSnapshot snapshot)
    {
        TableProtocol protocol = snapshot.Protocol;
        if (protocol.MinReaderVersion > 3)
            throw Refused(table, string.Create(CultureInfo.InvariantCulture, $"needs a reader of protocol version {protocol.MinReaderVersion}"), "read");
        if (protocol.MinReaderVersion == 3 && protocol.ReaderFeatures?.Find(f => !HarmlessToReaders.Contains(f)) is { } feature)
            throw Refused(table, $"uses the table feature '{feature}'", "read");
        if (protocol.MinReaderVersion >= 2 && snapshot.Metadata?.Setting(ColumnMapping) is { } mode and not "none")
            throw Refused(table, $"maps its columns' names ({ColumnMapping} is '{mode}')", "read");
        if (snapshot.Files.Values.FirstOrDefault(f => f.DeletionVector is { ValueKind: System.Text.Json.JsonValueKind.Object }) is { } file)
            throw Refused(table, $"marks deleted rows in deletion vectors ({file.Path}); rewrite it without (REORG TABLE … APPLY (PURGE))", "read");
        if (snapshot.Metadata?.Format?.Provider is { } provider and not TableFormat.Parquet)
            throw Refused(table, $"keeps its rows as {provider}", "read");
    }

    /// <summary>Refuses a table that cannot be written to without breaking a promise it makes.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>.</exception>
    public static void RequireWritable(string table, TableSnapshot snapshot)
    {
        RequireReadable(table, snapshot);
        TableProtocol protocol = snapshot.Protocol;
        if (protocol.MinWriterVersion is > 2 and not 7)
            throw Refused(table, string.Create(CultureInfo.InvariantCulture, $"needs a writer of protocol version {protocol.MinWriterVersion}"), "written to");
        if (protocol.MinWriterVersion == 7 && protocol.WriterFeatures?.Find(f => !HarmlessToWriters.Contains(f)) is { } feature)
            throw Refused(table, $"uses the table feature '{feature}'", "written to");
        if (snapshot.Metadata?.SchemaString?.Contains("delta.invariants", StringComparison.Ordinal) == true)
            throw Refused(table, "has invariants on its columns", "written to");
    }

    private static BatchFunctionsException Refused(string table, string what, string done) =>
        new(ErrorKind.Request, $"The table {table} {what}, and cannot be {done} here.");
}
