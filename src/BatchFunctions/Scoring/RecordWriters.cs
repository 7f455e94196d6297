using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Data.Text;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring;

/// <summary>Makes the writers that a pipeline asks for, one after another, in memory that is kept from file to file.</summary>
/// <param name="output">What the pipeline says of its output.</param>
/// <param name="schema">The predictions' columns.</param>
internal sealed class RecordWriters(OutputDefinition output, Schema schema) : IDisposable
{
    private readonly ParquetWriterMemory? _parquet =
        output.Format == FileFormat.Csv ? null : new ParquetWriterMemory(schema, new ParquetWriterOptions { Compression = output.Compression });

    /// <summary>A writer of the pipeline's format. The one before must be done with.</summary>
    /// <param name="stream">Where the file goes.</param>
    public IRecordWriter Open(Stream stream) => _parquet is null ? new CsvRecordWriter(stream, schema) : new ParquetRecordWriter(stream, _parquet);

    public void Dispose() => _parquet?.Dispose();
}
