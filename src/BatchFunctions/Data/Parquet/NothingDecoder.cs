namespace BatchFunctions.Data.Parquet;

/// <summary>Fills a column of any type from one that the file declares to hold nothing but nulls.</summary>
internal sealed class NothingDecoder(ParquetColumn source) : ChunkDecoder(source)
{
    public override void Decode(ReadOnlySpan<byte> bytes, in ParquetChunk chunk, Column column, List<RecordFault> faults)
    {
        if (column is Utf8Column text)
            for (int i = 0; i < column.Length; i++)
                text.AppendClaimed(0);
        column.WritableNulls().Fill(true);
    }
}
