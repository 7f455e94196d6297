using System.Globalization;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>Numbers of bytes as pipeline files write them: a whole number, or one with a unit (KB = 1000, KiB = 1024, …).</summary>
internal static class SizeText
{
    /// <summary>The pattern of a size with a unit, for the JSON schema.</summary>
    public const string Pattern = "^[0-9]+ ?([KMGT]i?)?B$";

    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
    ];

    /// <summary>Reads a size.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits < 0)
            digits = text.Length;
        if (!long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return false;
        ReadOnlySpan<char> unit = text.AsSpan(digits);
        if (unit is [' ', _, ..])
            unit = unit[1..];
        foreach ((string name, long factor) in Units)
            if (unit.SequenceEqual(name) && number <= long.MaxValue / factor)
            {
                bytes = number * factor;
                return true;
            }
        return false;
    }
}
