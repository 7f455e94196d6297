using System.Buffers.Binary;
using System.IO.Hashing;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Decodes a chunk page by page: checks the pages against the footer, reads the nulls, and leaves the values to the decoder of their type.
/// </summary>
internal abstract class PagedDecoder(ParquetColumn source, PageBuffers buffers) : ChunkDecoder(source)
{
    private readonly List<RecordFault> _pageFaults = [];
    private ReadOnlyMemory<byte> _bytes;
    private ParquetChunk _chunk;
    private long _pageLimit;
    private int _rowsLeft;
    private int _present;
    private byte[] _keptBytes = [];
    private Column? _page;
    private bool _isKept;
    private int _pageRow;
    private int _pageRows;
    private int _nextFault;

    protected PageBuffers Buffers { get; } = buffers;

    /// <inheritdoc/>
    public override void Start(ReadOnlyMemory<byte> bytes, in ParquetChunk chunk, int rows)
    {
        if (chunk.Values != rows)
            throw new DamagedParquetException("it has another number of values than the row group has rows");
        (_bytes, _chunk, _rowsLeft) = (bytes, chunk, rows);
        _pageLimit = Math.Clamp(chunk.UncompressedLength, 1 << 20, ParquetLimits.PageBytes);
        _pageRow = _pageRows = 0;
        StartChunk();
    }

    /// <inheritdoc/>
    public override void Decode(Column column, List<RecordFault> faults)
    {
        int rows = column.Length;
        _present = 0;
        for (int row = 0; row < rows;)
        {
            int decoded = _pageRow < _pageRows ? TakeRows(column, row, faults) : DecodeNextPage(column, row, faults);
            row += decoded;
            _rowsLeft -= decoded;
        }

        if (_present == rows)
            column.ClearNulls();
    }

    /// <inheritdoc/>
    public override void Release()
    {
        PageBuffers.Return(ref _keptBytes);
        _page?.Release();
    }

    /// <summary>Prepares for a new chunk: there is no dictionary yet.</summary>
    protected abstract void StartChunk();

    /// <summary>Takes the dictionary.</summary>
    /// <param name="count">The number of its values.</param>
    /// <param name="values">The values, plainly encoded; gone after the call.</param>
    protected abstract void DecodeDictionary(int count, ReadOnlySpan<byte> values);

    /// <summary>Decodes the values of one page.</summary>
    /// <param name="encoding">How they are laid out.</param>
    /// <param name="values">The encoded values; nulls have none.</param>
    /// <param name="column">The column to fill; its nulls are marked already.</param>
    /// <param name="row">The page's first row.</param>
    /// <param name="rows">The number of its rows.</param>
    /// <param name="present">The number of rows that are not null.</param>
    /// <param name="faults">Where values that do not fit the column's type are told.</param>
    protected abstract void DecodeValues(
        PageEncoding encoding, ReadOnlySpan<byte> values, Column column, int row, int rows, int present, List<RecordFault> faults);

    /// <summary>Keeps the values of a page without nulls that has more rows than the batch, where they can be decoded some at a time.</summary>
    /// <param name="encoding">How they are laid out.</param>
    /// <param name="values">The encoded values, which stay where they are until all rows are decoded.</param>
    /// <param name="rows">The number of the page's rows.</param>
    /// <returns>False where the page has to be decoded as a whole.</returns>
    protected virtual bool TryKeep(PageEncoding encoding, ReadOnlyMemory<byte> values, int rows) => false;

    /// <summary>Decodes the next rows of the page that is kept.</summary>
    protected virtual void DecodeKept(Column column, int row, int rows, List<RecordFault> faults) => throw new NotSupportedException();

    /// <summary>Copies rows of a page that was decoded as a whole, but not their nulls.</summary>
    /// <param name="page">The page.</param>
    /// <param name="start">The first row in it.</param>
    /// <param name="column">Where they go.</param>
    /// <param name="row">The first row there.</param>
    /// <param name="rows">How many.</param>
    protected abstract void CopyRows(Column page, int start, Column column, int row, int rows);

    protected static DamagedParquetException EndsEarly() => new("a page ends in the middle of its values");

    protected static DamagedParquetException NoDictionary() => new("a page refers to a dictionary that is not there");

    protected static UnsupportedParquetException UnknownEncoding(PageEncoding encoding) =>
        new($"is encoded as {encoding}, which is not read for its type; write it with another writer or another encoding");

    private void ReadDictionary(in PageHeader header, ReadOnlySpan<byte> values)
    {
        if (header.Encoding is not (PageEncoding.Plain or PageEncoding.PlainDictionary))
            throw UnknownEncoding(header.Encoding);

        // Even a boolean takes a bit, so that no count makes us take more memory than the page has bits.
        if (header.Values > 8L * values.Length)
            throw EndsEarly();
        DecodeDictionary(header.Values, values);
    }

    // Returns how many rows were decoded: none where the page holds a dictionary, or more rows than the batch.
    private int DecodeNextPage(Column column, int row, List<RecordFault> faults)
    {
        ThriftReader reader = new(_bytes.Span);
        PageHeader header = PageHeader.Read(ref reader);
        if (header.CompressedLength > _bytes.Length - reader.Position || header.UncompressedLength > _pageLimit)
            throw new DamagedParquetException("a page is longer than its column");
        ReadOnlyMemory<byte> body = _bytes.Slice(reader.Position, header.CompressedLength);
        _bytes = _bytes[(reader.Position + header.CompressedLength)..];
        if (header.Checksum is { } checksum && checksum != Crc32.HashToUInt32(body.Span))
            throw new DamagedParquetException("a page does not have the checksum that was written with it");
        switch (header.Type)
        {
            case PageType.Dictionary:
                ReadDictionary(header, Decompress(body, header.UncompressedLength, stays: false).Span);
                return 0;
            case PageType.Data:
                return DecodePage(header, body, column, row, faults);
            case PageType.DataV2:
                return DecodePageV2(header, body, column, row, faults);
            case PageType.Index:
                return 0;
            default:
                throw new DamagedParquetException("it has a page of an unknown type");
        }
    }

    private int DecodePage(in PageHeader header, ReadOnlyMemory<byte> body, Column column, int row, List<RecordFault> faults)
    {
        int rows = CheckRows(header.Values);
        ReadOnlyMemory<byte> page = Decompress(body, header.UncompressedLength, stays: rows > column.Length - row);
        ReadOnlySpan<byte> levels = default;
        if (Source.Optional)
        {
            if (header.LevelEncoding != PageEncoding.Rle)
                throw UnknownEncoding(header.LevelEncoding);
            if (page.Length < sizeof(int))
                throw EndsEarly();
            int length = BinaryPrimitives.ReadInt32LittleEndian(page.Span);
            if (length < 0 || length > page.Length - sizeof(int))
                throw EndsEarly();
            levels = page.Span.Slice(sizeof(int), length);
            page = page[(sizeof(int) + length)..];
        }

        return DecodeRows(header.Encoding, levels, page, rows, column, row, faults);
    }

    private int DecodePageV2(in PageHeader header, ReadOnlyMemory<byte> body, Column column, int row, List<RecordFault> faults)
    {
        int rows = CheckRows(header.Values);
        long levels = (long)header.RepetitionLength + header.DefinitionLength;
        if (levels > body.Length || levels > header.UncompressedLength)
            throw EndsEarly();
        ReadOnlyMemory<byte> values = body[(int)levels..];
        int length = header.UncompressedLength - (int)levels;

        // Some writers say "compressed" of a page without values and write none.
        if (header.Compressed && !(values.IsEmpty && length == 0))
            values = Decompress(values, length, stays: rows > column.Length - row);
        return DecodeRows(header.Encoding, body.Span.Slice(header.RepetitionLength, header.DefinitionLength), values, rows, column, row, faults);
    }

    private int DecodeRows(
        PageEncoding encoding, ReadOnlySpan<byte> levels, ReadOnlyMemory<byte> values, int rows, Column column, int row, List<RecordFault> faults)
    {
        if (rows <= column.Length - row)
        {
            int present = Source.Optional ? ReadNulls(levels, column, row, rows) : rows;
            DecodeValues(encoding, values.Span, column, row, rows, present, faults);
            _present += present;
            return rows;
        }

        (_pageRow, _pageRows) = (0, rows);
        _isKept = (!Source.Optional || HasNoNulls(levels, rows)) && TryKeep(encoding, values, rows);
        if (!_isKept)
            DecodeWholePage(encoding, levels, values.Span, column.Field);
        return 0;
    }

    private void DecodeWholePage(PageEncoding encoding, ReadOnlySpan<byte> levels, ReadOnlySpan<byte> values, Field field)
    {
        Column page = _page ??= Column.Create(field);
        page.Reset(_pageRows);
        _pageFaults.Clear();
        _nextFault = 0;
        int present = Source.Optional ? ReadNulls(levels, page, 0, _pageRows) : _pageRows;
        DecodeValues(encoding, values, page, 0, _pageRows, present, _pageFaults);
        if (present == _pageRows)
            page.ClearNulls();
    }

    private int TakeRows(Column column, int row, List<RecordFault> faults)
    {
        int rows = Math.Min(_pageRows - _pageRow, column.Length - row), nulls = 0;
        if (_isKept)
        {
            DecodeKept(column, row, rows, faults);
        }
        else
        {
            CopyRows(_page!, _pageRow, column, row, rows);
            ReadOnlySpan<bool> marks = _page!.HasNulls ? _page.Nulls.Slice(_pageRow, rows) : default;
            nulls = marks.Count(true);
            if (nulls > 0)
                marks.CopyTo(column.WritableNulls()[row..]);
            for (; _nextFault < _pageFaults.Count && _pageFaults[_nextFault] is var fault && fault.Row < _pageRow + rows; _nextFault++)
                faults.Add(fault with { Row = fault.Row - _pageRow + row });
        }

        _present += rows - nulls;
        _pageRow += rows;
        return rows;
    }

    private ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> body, int length, bool stays)
    {
        if (_chunk.Codec == CompressionCodec.Uncompressed)
            return body;
        Memory<byte> page = stays ? PageBuffers.Room(ref _keptBytes, length) : Buffers.Page(length);
        Buffers.Decompressor.Decompress(_chunk.Codec, body.Span, page.Span);
        return page;
    }

    // As writers say it of a page that has none: level 1, all over.
    private static bool HasNoNulls(ReadOnlySpan<byte> levels, int rows)
    {
        RleHybridReader runs = new(levels, 1);
        return runs.Next(rows, out uint level, out ReadOnlySpan<byte> packed) == rows && packed.IsEmpty && level == 1;
    }

    // Marks the nulls among the rows and counts those that are none: level 1 is a value, level 0 a null.
    private static int ReadNulls(ReadOnlySpan<byte> levels, Column column, int row, int rows)
    {
        RleHybridReader runs = new(levels, 1);
        int present = 0;
        for (int done = 0, count; done < rows; done += count)
        {
            count = runs.Next(rows - done, out uint level, out ReadOnlySpan<byte> packed);
            if (packed.IsEmpty && level == 1)
            {
                present += count;
                continue;
            }

            if (level > 1)
                throw new DamagedParquetException("its nulls make no sense");
            Span<bool> nulls = column.WritableNulls().Slice(row + done, count);
            if (packed.IsEmpty)
            {
                nulls.Fill(true);
                continue;
            }

            BitPacking.UnpackBits(packed, nulls);
            for (int i = 0; i < nulls.Length; i++)
            {
                present += nulls[i] ? 1 : 0;
                nulls[i] = !nulls[i];
            }
        }

        return present;
    }

    private int CheckRows(int rows) =>
        rows <= _rowsLeft ? rows : throw new DamagedParquetException("it has more values than the row group has rows");
}
