namespace BatchFunctions.Data.Parquet;

/// <summary>Walks a page's references to its dictionary, some at a time.</summary>
internal struct IndexCursor
{
    /// <summary>The most packed references that are unpacked at once.</summary>
    public const int Block = 1024;

    private readonly int _bitWidth;
    private int _position;
    private int _left;
    private int _runLeft;
    private uint _repeated;
    private bool _isPacked;
    private int _packedStart;
    private int _packedAt;

    /// <summary>Goes to the start of a page's references.</summary>
    /// <param name="page">The references, their width first.</param>
    /// <param name="count">How many there are.</param>
    /// <exception cref="DamagedParquetException">There is no width, or none that there can be.</exception>
    public IndexCursor(ReadOnlySpan<byte> page, int count)
    {
        if (page.IsEmpty || page[0] > 32)
            throw new DamagedParquetException("a page ends in the middle of its values");
        (_bitWidth, _position, _left) = (page[0], 1, count);
    }

    /// <summary>Takes the next references: one that repeats, or several that are packed.</summary>
    /// <param name="page">The references, as in the constructor.</param>
    /// <param name="wanted">The most to take, positive; the page has as many left.</param>
    /// <param name="room">Where packed ones go; <see cref="Block"/> long.</param>
    /// <param name="repeated">The one that repeats, where <paramref name="packed"/> is empty.</param>
    /// <param name="packed">Those that were packed.</param>
    /// <returns>How many were taken; may be 0.</returns>
    public int Take(ReadOnlySpan<byte> page, int wanted, Span<uint> room, out uint repeated, out ReadOnlySpan<uint> packed)
    {
        if (_runLeft == 0)
            NextRun(page);
        packed = default;
        repeated = _repeated;
        int count = Math.Min(wanted, _runLeft);
        if (_isPacked && count > 0)
        {
            // Eight references end with a byte; those before the wanted ones among their eight are unpacked again.
            int skipped = _packedAt % 8;
            count = Math.Min(count, Block - skipped);
            BitPacking.Unpack(page[(_packedStart + ((_packedAt - skipped) / 8 * _bitWidth)).._position], _bitWidth, room[..(skipped + count)]);
            packed = room.Slice(skipped, count);
            _packedAt += count;
        }

        _runLeft -= count;
        _left -= count;
        return count;
    }

    private void NextRun(ReadOnlySpan<byte> page)
    {
        RleHybridReader runs = new(page, _bitWidth, _position);
        _runLeft = runs.Next(_left, out _repeated, out ReadOnlySpan<byte> packed);
        _position = runs.Position;
        _isPacked = !packed.IsEmpty;
        (_packedStart, _packedAt) = (_position - packed.Length, 0);
    }
}
