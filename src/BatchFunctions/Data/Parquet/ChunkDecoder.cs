namespace BatchFunctions.Data.Parquet;

/// <summary>Decodes the chunks of one column into a batch's column. Keeps its memory from chunk to chunk.</summary>
internal abstract class ChunkDecoder(ParquetColumn source)
{
    /// <summary>The column as it stands in the file.</summary>
    protected ParquetColumn Source { get; } = source;

    /// <summary>Whether the decoder also fits <paramref name="column"/>, which may stand in another file.</summary>
    public bool Fits(ParquetColumn column) => column with { Chunk = Source.Chunk } == Source;

    /// <summary>Decodes one chunk.</summary>
    /// <param name="bytes">The chunk's bytes.</param>
    /// <param name="chunk">What the footer tells about it.</param>
    /// <param name="column">The column to fill, reset to the row group's rows.</param>
    /// <param name="faults">Where values that do not fit the column's type are told.</param>
    /// <exception cref="DamagedParquetException">The bytes are not what they should be.</exception>
    /// <exception cref="UnsupportedParquetException">They are in a form that is not read.</exception>
    public abstract void Decode(ReadOnlySpan<byte> bytes, in ParquetChunk chunk, Column column, List<RecordFault> faults);
}
