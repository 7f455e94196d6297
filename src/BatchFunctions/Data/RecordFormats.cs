using BatchFunctions.Data.Parquet;
using BatchFunctions.Data.Text;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Data;

/// <summary>Makes the reader's side of each file format.</summary>
internal static class RecordFormats
{
    /// <summary>The format, with the pipeline's settings for CSV.</summary>
    public static IRecordFormat For(FileFormat format, CsvDefinition csv) => format switch
    {
        FileFormat.Parquet => new ParquetFormat(),
        FileFormat.Csv => new CsvFormat(DialectOf(csv)),
        FileFormat.Jsonl => new JsonLinesFormat(),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format."),
    };

    /// <summary>How CSV is written down, by the pipeline's settings.</summary>
    public static CsvDialect DialectOf(CsvDefinition csv)
    {
        var dialect = new CsvDialect
        {
            Separator = csv.Separator == "tab" ? (byte)'\t' : (byte)csv.Separator[0],
            Header = csv.Header,
            QuotedNewlines = csv.QuotedNewlines,
        };
        return csv.NullValues is null ? dialect : dialect with { NullValues = csv.NullValues };
    }
}
