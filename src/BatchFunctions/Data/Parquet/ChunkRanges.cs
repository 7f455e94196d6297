namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Plans the reads of a row group: the wanted columns' chunks in file order, with chunks that stand close together read at once,
/// since a store charges more for a request than for a few bytes that nobody wants.
/// </summary>
internal sealed class ChunkRanges
{
    private const long LargestGap = 256 << 10;
    private (long Offset, long Length, int Column)[] _chunks = [];
    private int[] _starts = [];
    private (long Offset, int Length)[] _ranges = [];

    /// <summary>The number of reads.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of all reads together.</summary>
    public long TotalLength { get; private set; }

    /// <summary>The position in the file and the length of a read.</summary>
    public (long Offset, int Length) this[int index] => _ranges[index];

    /// <summary>Where a wanted column's chunk starts when all reads stand end to end.</summary>
    public int StartOf(int column) => _starts[column];

    /// <summary>Plans the reads.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="columns">The wanted columns.</param>
    public void Plan(ParquetRowGroup group, ReadOnlySpan<ParquetColumn> columns)
    {
        if (_chunks.Length < columns.Length)
            (_chunks, _starts, _ranges) = (new (long, long, int)[columns.Length], new int[columns.Length], new (long, int)[columns.Length]);
        Span<(long Offset, long Length, int Column)> chunks = _chunks.AsSpan(0, columns.Length);
        long wanted = 0;
        int present = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            _starts[i] = 0;
            if (columns[i].IsAbsent)
                continue;
            ParquetChunk chunk = group.Chunks[columns[i].Chunk];
            chunks[present++] = (chunk.Offset, chunk.Length, i);
            wanted += chunk.Length;
        }

        chunks = chunks[..present];

        if (wanted > ParquetLimits.BytesPerRowGroup)
            throw new UnsupportedParquetException(
                $"has {wanted} bytes of wanted columns, more than the limit of {ParquetLimits.BytesPerRowGroup}; write the file with smaller row groups");
        chunks.Sort();
        Count = 0;
        TotalLength = 0;
        foreach ((long offset, long length, int column) in chunks)
        {
            (long Offset, int Length) last = Count > 0 ? _ranges[Count - 1] : default;
            long gap = offset - last.Offset - last.Length;
            if (Count > 0 && gap is >= 0 and <= LargestGap && TotalLength + gap + length <= Array.MaxLength)
            {
                TotalLength += gap;
                _ranges[Count - 1] = (last.Offset, (int)(last.Length + gap + length));
            }
            else
            {
                _ranges[Count++] = (offset, (int)length);
            }

            _starts[column] = (int)TotalLength;
            TotalLength += length;
        }
    }
}
