using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Data.Text;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring;

/// <summary>Makes the writer that a pipeline asks for.</summary>
internal static class RecordWriters
{
    /// <summary>A writer of the pipeline's format.</summary>
    /// <param name="output">What the pipeline says of its output.</param>
    /// <param name="stream">Where the file goes.</param>
    /// <param name="schema">The predictions' columns.</param>
    public static IRecordWriter For(OutputDefinition output, Stream stream, Schema schema) => output.Format switch
    {
        FileFormat.Csv => new CsvRecordWriter(stream, schema),
        _ => new ParquetRecordWriter(stream, schema, new ParquetWriterOptions { Compression = output.Compression }),
    };
}
