namespace BatchFunctions.Planning;

/// <summary>Reads the <c>name=value</c> folders of a key, as Hive and Spark write them.</summary>
internal static class HivePartitions
{
    /// <summary>What Hive writes for a null.</summary>
    private const string Null = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>The values of a key's partition columns by name, percent-decoded; a null is an empty text.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: two folders name the same column.</exception>
    public static IReadOnlyDictionary<string, string> Of(string key)
    {
        var partitions = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var rest = key.AsSpan();
        for (int end; (end = rest.IndexOf('/')) >= 0; rest = rest[(end + 1)..])
        {
            var folder = rest[..end];
            var equals = folder.IndexOf('=');
            if (equals <= 0)
                continue;
            var name = Uri.UnescapeDataString(folder[..equals].ToString());
            var value = Uri.UnescapeDataString(folder[(equals + 1)..].ToString());
            if (!partitions.TryAdd(name, value == Null ? "" : value))
            {
                throw new BatchFunctionsException(
                    ErrorKind.Request, $"The path {key} has two folders '{name}=…', so that the column {name} has two values. Rename one of them.");
            }
        }

        return partitions;
    }
}
