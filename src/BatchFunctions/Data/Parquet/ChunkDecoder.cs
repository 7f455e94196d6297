namespace BatchFunctions.Data.Parquet;

/// <summary>Decodes the chunks of one column, some rows at a time, into a batch's column. Keeps its memory from chunk to chunk.</summary>
internal abstract class ChunkDecoder(ParquetColumn source)
{
    /// <summary>The column as it stands in the file.</summary>
    protected ParquetColumn Source { get; } = source;

    /// <summary>Whether the decoder also fits <paramref name="column"/>, which may stand in another file.</summary>
    public bool Fits(ParquetColumn column) => column with { Chunk = Source.Chunk } == Source;

    /// <summary>Goes to the start of a chunk.</summary>
    /// <param name="bytes">The chunk's bytes, which the caller leaves alone until its last row is decoded.</param>
    /// <param name="chunk">What the footer tells about it.</param>
    /// <param name="rows">The row group's rows.</param>
    /// <exception cref="DamagedParquetException">The footer contradicts itself.</exception>
    public abstract void Start(ReadOnlyMemory<byte> bytes, in ParquetChunk chunk, int rows);

    /// <summary>Decodes the chunk's next rows.</summary>
    /// <param name="column">The column to fill, reset to as many rows as are wanted; the row group has as many left.</param>
    /// <param name="faults">Where values that do not fit the column's type are told.</param>
    /// <exception cref="DamagedParquetException">The bytes are not what they should be.</exception>
    /// <exception cref="UnsupportedParquetException">They are in a form that is not read.</exception>
    public abstract void Decode(Column column, List<RecordFault> faults);

    /// <summary>Gives back memory that others can use; nothing is decoded any more.</summary>
    public virtual void Release()
    {
    }
}
