using System.Text;

namespace BatchFunctions.Tables;

/// <summary>The folders of a partition, <c>name=value/name=value</c>, as Hive and Spark name them.</summary>
internal static class PartitionPath
{
    private const string Null = "__HIVE_DEFAULT_PARTITION__";

    // What Hive escapes, and what is no part of a blob's or a file's name on some system.
    private static readonly System.Buffers.SearchValues<char> Escaped = System.Buffers.SearchValues.Create("\"#%'*/:=?\\{}[]^<>| ~+&");

    /// <summary>The folders for some values, each with a trailing '/'; nothing where there are none.</summary>
    public static string Of(IEnumerable<KeyValuePair<string, string?>> values)
    {
        var path = new StringBuilder();
        foreach (var (name, value) in values)
        {
            Append(path, name);
            path.Append('=');
            if (string.IsNullOrEmpty(value))
                path.Append(Null);
            else
                Append(path, value);
            path.Append('/');
        }

        return path.ToString();
    }

    /// <summary>A file's place as the log holds it: a relative URI, in which '=' stands as it is, as in other writers' logs.</summary>
    public static string Encode(string path) => string.Join('/', path.Split('/').Select(s => Uri.EscapeDataString(s).Replace("%3D", "=", StringComparison.Ordinal)));

    /// <summary>A file's place in the store, from what the log holds.</summary>
    public static string Decode(string path) => Uri.UnescapeDataString(path);

    private static void Append(StringBuilder path, string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value < 0x20 || rune.Value == 0x7f || (rune.IsBmp && Escaped.Contains((char)rune.Value)))
                path.Append('%').Append(rune.Value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            else
                path.Append(rune.ToString());
        }
    }
}
