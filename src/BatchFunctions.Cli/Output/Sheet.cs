namespace BatchFunctions.Cli.Output;

/// <summary>Names and values, one pair a line, the values below each other.</summary>
internal static class Sheet
{
    /// <summary>Writes the pairs that have a value.</summary>
    public static void Write(TextWriter writer, params ReadOnlySpan<(string Name, string? Value)> pairs)
    {
        var width = 0;
        foreach (var (name, value) in pairs)
            if (value is not null)
                width = Math.Max(width, name.Length);
        foreach (var (name, value) in pairs)
            if (value is not null)
                writer.WriteLine($"{(name + ":").PadRight(width + 2)}{value}");
    }
}
