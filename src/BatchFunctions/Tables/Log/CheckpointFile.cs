using System.Text.Json;
using System.Text.Json.Nodes;
using Parquet.Serialization;

namespace BatchFunctions.Tables.Log;

/// <summary>Reads and writes checkpoints: Parquet files of nested columns, a row for each action.</summary>
internal static class CheckpointFile
{
    private const string Sidecar = "sidecar";
    private static readonly string[] Actions = ["protocol", "metaData", "txn", "remove", "add"];

    // Statistics as columns repeat what the text of the statistics says.
    private static readonly HashSet<string> Unread = ["stats_parsed", "partitionValues_parsed"];

    /// <summary>Reads the actions of a checkpoint, whichever engine wrote it: a column that is not there is null.</summary>
    /// <returns>The actions; null where it is of the second form, and names others that have the rest of them.</returns>
    public static async Task<IReadOnlyList<LogEntry>?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var rows = await ParquetSerializer.DeserializeUntypedAsync(stream, cancellationToken: cancellationToken);
        var entries = new List<LogEntry>(rows.Data.Count);
        foreach (var row in rows.Data)
        {
            if (row.GetValueOrDefault(Sidecar) is { } sidecar && ToJson(sidecar)?["path"] is not null)
                return null;
            var line = new JsonObject();
            foreach (var action in Actions)
            {
                if (row.GetValueOrDefault(action) is { } value)
                    line[action] = ToJson(value);
            }

            entries.Add(Complete(line.Deserialize(LogJson.Lines.LogEntry)!));
        }

        return entries;
    }

    /// <summary>Writes a checkpoint.</summary>
    public static Task WriteAsync(IReadOnlyCollection<LogEntry> entries, Stream stream, CancellationToken cancellationToken) =>
        ParquetSerializer.SerializeAsync(entries, stream, cancellationToken: cancellationToken);

    // An empty list or map of a row is read as none, but is not optional in the log.
    private static LogEntry Complete(LogEntry entry)
    {
        if (entry.Metadata is { Id: not null } metadata)
        {
            metadata.PartitionColumns ??= [];
            metadata.Configuration ??= [];
            metadata.Format ??= new TableFormat { Provider = TableFormat.Parquet };
            metadata.Format.Options ??= [];
        }

        if (entry.Add is { Path: not null } add)
            add.PartitionValues ??= [];
        return entry;
    }

    private static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        ReadOnlyMemory<char> text => JsonValue.Create(text.ToString()),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        System.Collections.IDictionary map => ToJson(map),
        System.Collections.IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(ToJson)]),
        _ => null,
    };

    private static JsonObject ToJson(System.Collections.IDictionary map)
    {
        var result = new JsonObject();
        foreach (System.Collections.DictionaryEntry entry in map)
        {
            if (entry.Key.ToString() is { } name && !Unread.Contains(name))
                result[name] = ToJson(entry.Value);
        }

        return result;
    }
}
