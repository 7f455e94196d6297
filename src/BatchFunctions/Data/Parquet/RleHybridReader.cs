namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Walks the runs of the RLE / bit-packing hybrid that levels, dictionary indices and booleans are written in
/// (parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid").
/// </summary>
internal ref struct RleHybridReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _bitWidth;

    public RleHybridReader(ReadOnlySpan<byte> bytes, int bitWidth, int position = 0)
    {
        if (bitWidth > 32)
            throw Damage();
        _bytes = bytes;
        _bitWidth = bitWidth;
        Position = position;
    }

    /// <summary>Where the next run starts.</summary>
    public int Position { get; private set; }

    /// <summary>Goes to the next run.</summary>
    /// <param name="wanted">The number of values still wanted, positive; a run may hold more, as padding.</param>
    /// <param name="repeated">The value that repeats, where <paramref name="packed"/> is empty.</param>
    /// <param name="packed">The packed bits of the run's values, or empty.</param>
    /// <returns>The number of values taken from the run, at most <paramref name="wanted"/>; may be 0.</returns>
    public int Next(int wanted, out uint repeated, out ReadOnlySpan<byte> packed)
    {
        repeated = 0;
        packed = default;
        if (_bitWidth == 0)
            return wanted;
        uint header = ReadVarint();
        uint length = header >> 1;
        if ((header & 1) == 0)
        {
            int width = (_bitWidth + 7) / 8;
            if (_bytes.Length - Position < width)
                throw Damage();
            for (int i = 0; i < width; i++)
                repeated |= (uint)_bytes[Position++] << (8 * i);
            return (int)Math.Min(length, (uint)wanted);
        }

        // The last group may be cut short behind the last value that counts.
        int count = (int)Math.Min(8L * length, wanted);
        long full = (long)length * _bitWidth;
        int available = (int)Math.Min(full, _bytes.Length - Position);
        if (8L * available < (long)count * _bitWidth)
            throw Damage();
        packed = _bytes.Slice(Position, available);
        Position += available;
        return count;
    }

    private uint ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (Position >= _bytes.Length)
                throw Damage();
            byte b = _bytes[Position++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value <= uint.MaxValue ? (uint)value : throw Damage();
        }

        throw Damage();
    }

    private static DamagedParquetException Damage() => new("a page ends in the middle of its values");
}
