using System.Globalization;
using System.Text;
using System.Text.Json;
using BatchFunctions.Data.Parquet;

namespace BatchFunctions.Tables.Log;

/// <summary>The statistics of a data file as its log entry holds them: rows, nulls, and bounds by which readers pass whole files over.</summary>
internal static class FileStatistics
{
    private const int LongestText = 32;
    private const string LastCharacter = "\U0010FFFF";

    /// <summary>The statistics of a file, as JSON.</summary>
    /// <param name="footer">The file's footer, read with its statistics.</param>
    public static string Of(ParquetFooter footer)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("numRecords", footer.RowGroups.Sum(g => g.Rows));
            WriteBounds(json, "minValues", footer, smallest: true);
            WriteBounds(json, "maxValues", footer, smallest: false);
            json.WriteStartObject("nullCount");
            foreach (ParquetColumn column in footer.Columns)
            {
                if (footer.RowGroups.All(g => g.Chunks[column.Chunk].Statistics?.Nulls is not null))
                    json.WriteNumber(column.Name, footer.RowGroups.Sum(g => g.Chunks[column.Chunk].Statistics!.Nulls!.Value));
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteBounds(Utf8JsonWriter json, string name, ParquetFooter footer, bool smallest)
    {
        json.WriteStartObject(name);
        foreach (ParquetColumn column in footer.Columns)
        {
            if (Bound(footer, column, smallest) is { } bound)
                Write(json, column, bound, smallest);
        }

        json.WriteEndObject();
    }

    // A group of nulls only has no bounds, and needs none; any other that tells none leaves the file without.
    private static object? Bound(ParquetFooter footer, ParquetColumn column, bool smallest)
    {
        object? bound = null;
        foreach (ParquetRowGroup group in footer.RowGroups)
        {
            ParquetChunk chunk = group.Chunks[column.Chunk];
            if (chunk.Statistics is null)
                return null;
            if (chunk.Statistics.Nulls == chunk.Values)
                continue;
            if (ChunkBounds.Read(column, smallest ? chunk.Statistics.Smallest : chunk.Statistics.Largest) is not { } next)
                return null;
            if (bound is null || (Compare(next, bound) < 0) == smallest)
                bound = next;
        }

        return bound;
    }

    private static int Compare(object left, object right) => (left, right) switch
    {
        (byte[] l, byte[] r) => l.AsSpan().SequenceCompareTo(r),
        _ => ((IComparable)left).CompareTo(right),
    };

    private static void Write(Utf8JsonWriter json, ParquetColumn column, object bound, bool smallest)
    {
        switch (bound)
        {
            case bool flag:
                json.WriteBoolean(column.Name, flag);
                break;
            case long days when column.Kind == ColumnKind.Date:
                if (Math.Abs(days) < 700_000)
                    json.WriteString(column.Name, DateOnly.FromDayNumber((int)(DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber + days)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case long micros when column.Kind is ColumnKind.TimestampMicros or ColumnKind.TimestampMillis:
                WriteTime(json, column.Name, micros, smallest);
                break;
            case long number:
                json.WriteNumber(column.Name, number);
                break;
            case double number when column.Kind == ColumnKind.Float32 && double.IsFinite(number):
                json.WriteNumber(column.Name, (float)number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(column.Name, number);
                break;
            case byte[] utf8 when TextBound(utf8, smallest) is { } text:
                json.WriteString(column.Name, text);
                break;
        }
    }

    // The log holds milliseconds: the bound is widened to the next one.
    private static void WriteTime(Utf8JsonWriter json, string name, long micros, bool smallest)
    {
        long millis = Math.DivRem(micros, 1000) is var (quotient, rest) && rest != 0
            ? quotient + (rest < 0 ? (smallest ? -1 : 0) : (smallest ? 0 : 1))
            : quotient;
        if (millis is > -62_135_596_800_000 and < 253_402_300_799_999)
            json.WriteString(name, DateTimeOffset.FromUnixTimeMilliseconds(millis).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }

    // Long text is cut, and the upper bound then gets the last of all characters behind it. What is no UTF-8 was cut within a character.
    private static string? TextBound(byte[] utf8, bool smallest)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }

        var runes = text.EnumerateRunes().ToArray();
        if (runes.Length <= LongestText)
            return text;
        string start = string.Concat(runes.Take(LongestText));
        return smallest ? start : start + LastCharacter;
    }
}
