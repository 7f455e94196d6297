namespace BatchFunctions.Data.Parquet;

/// <summary>Fills a column of any type from one that the file declares to hold nothing but nulls.</summary>
internal sealed class NothingDecoder(ParquetColumn source) : ChunkDecoder(source)
{
    private readonly TextEntries _none = new();

    public override void Start(ReadOnlyMemory<byte> bytes, in ParquetChunk chunk, int rows)
    {
    }

    public override void Decode(Column column, List<RecordFault> faults)
    {
        if (column is Utf8Column text)
            text.ReferTo(_none).Clear();
        column.WritableNulls().Fill(true);
    }
}
