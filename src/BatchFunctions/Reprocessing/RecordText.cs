using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Text;

namespace BatchFunctions.Reprocessing;

/// <summary>A record's bytes, without its line break.</summary>
/// <param name="Format">CSV or JSON Lines.</param>
/// <param name="Header">The header of CSV; null where it is that of the record's own file, or where there is none.</param>
/// <param name="Content">The bytes.</param>
internal readonly record struct RecordText(FileFormat Format, string? Header, byte[] Content)
{
    /// <summary>Whether the bytes are one record and no more: nothing behind them could become part of it.</summary>
    /// <param name="dialect">How CSV is written down.</param>
    public bool IsOneRecord(CsvDialect dialect)
    {
        RecordFraming framing = FramingOf(Format, dialect);
        BoundaryState state = BoundaryState.RecordStart;
        long ended = 0;
        BoundaryScanner.Run(framing, Content, ref state, ref ended);
        return ended == 0 && BoundaryScanner.IsInRecord(state) && BoundaryScanner.Step(framing, RecordFraming.LineFeed, ref state);
    }

    /// <summary>The header that names these columns.</summary>
    public static string HeaderOf(IEnumerable<string> columns, CsvDialect dialect)
    {
        StringBuilder header = new();
        foreach (string column in columns)
            header.Append(header.Length == 0 ? "" : (char)dialect.Separator).Append('"').Append(column.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        return header.ToString();
    }

    private static RecordFraming FramingOf(FileFormat format, CsvDialect dialect) =>
        format == FileFormat.Csv ? RecordFraming.Of(dialect) : RecordFraming.Lines(JsonLinesFormat.DefaultMaxRecordBytes);
}
