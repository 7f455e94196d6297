namespace BatchFunctions.Data.Text;

/// <summary>
/// What cuts a text file into records and records into fields. A record ends at a line feed that is not inside a quoted field, or at
/// the end of the text; a carriage return just before that belongs to the line break; an empty line is no record. A quote opens a
/// quoted field only as the first byte of a field. JSON Lines is the framing without quotes and without fields.
/// </summary>
/// <param name="Separator">The byte between two fields; a line feed where a record is one field.</param>
/// <param name="Quotes">Whether a quote at the start of a field opens a quoted field.</param>
/// <param name="QuotedNewlines">Whether a line feed inside a quoted field belongs to it; otherwise it ends the record.</param>
/// <param name="MaxRecordBytes">The longest record, in bytes without the line break.</param>
internal readonly record struct RecordFraming(byte Separator, bool Quotes, bool QuotedNewlines, int MaxRecordBytes)
{
    public const byte LineFeed = (byte)'\n';
    public const byte Return = (byte)'\r';
    public const byte Quote = (byte)'"';

    /// <summary>Whether quotes have a say in where records end.</summary>
    public bool QuotesHideLineFeeds => Quotes && QuotedNewlines;

    /// <summary>The framing of JSON Lines: a record is a line.</summary>
    public static RecordFraming Lines(int maxRecordBytes) => new(LineFeed, false, false, maxRecordBytes);

    /// <summary>The framing of a CSV dialect.</summary>
    public static RecordFraming Of(CsvDialect dialect) => new(dialect.Separator, true, dialect.QuotedNewlines, dialect.MaxRecordBytes);

    /// <summary>The UTF-8 byte order mark.</summary>
    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];
}
