namespace BatchFunctions.Data;

/// <summary>How a CSV file is written down, beyond RFC 4180.</summary>
public sealed record CsvDialect
{
    /// <summary>The byte between two fields. Default: a comma.</summary>
    public byte Separator { get; init; } = (byte)',';

    /// <summary>Whether the first record names the columns; otherwise they are <c>column_0</c>, <c>column_1</c>, … Default: true.</summary>
    public bool Header { get; init; } = true;

    /// <summary>Whether a quoted field may hold line breaks. When false, a line break always ends the record. Default: true.</summary>
    public bool QuotedNewlines { get; init; } = true;

    /// <summary>
    /// Fields that stand for a missing value, besides the blank one. They apply to unquoted fields; in text columns only the empty
    /// unquoted field is missing. Default: <c>NA</c>, <c>N/A</c>, <c>null</c>, <c>NULL</c>, <c>NaN</c>, <c>nan</c>.
    /// </summary>
    public IReadOnlyList<string> NullValues { get; init; } = ["NA", "N/A", "null", "NULL", "NaN", "nan"];

    /// <summary>The longest record in bytes; a longer one is a reject. Default: 1 MiB.</summary>
    public int MaxRecordBytes { get; init; } = 1 << 20;
}
