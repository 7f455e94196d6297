using System.Buffers.Binary;
using System.IO.Hashing;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Decodes a chunk page by page: checks the pages against the footer, reads the nulls, and leaves the values to the decoder of their type.
/// </summary>
internal abstract class PagedDecoder(ParquetColumn source, PageBuffers buffers) : ChunkDecoder(source)
{
    private int _present;

    protected PageBuffers Buffers { get; } = buffers;

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> bytes, in ParquetChunk chunk, Column column, List<RecordFault> faults)
    {
        int rows = column.Length, row = 0;
        if (chunk.Values != rows)
            throw new DamagedParquetException("it has another number of values than the row group has rows");
        Start(column);
        _present = 0;
        long pageLimit = Math.Clamp(chunk.UncompressedLength, 1 << 20, ParquetLimits.PageBytes);
        while (row < rows)
        {
            ThriftReader reader = new(bytes);
            PageHeader header = PageHeader.Read(ref reader);
            if (header.CompressedLength > bytes.Length - reader.Position || header.UncompressedLength > pageLimit)
                throw new DamagedParquetException("a page is longer than its column");
            ReadOnlySpan<byte> body = bytes.Slice(reader.Position, header.CompressedLength);
            bytes = bytes[(reader.Position + header.CompressedLength)..];
            if (header.Checksum is { } checksum && checksum != Crc32.HashToUInt32(body))
                throw new DamagedParquetException("a page does not have the checksum that was written with it");
            switch (header.Type)
            {
                case PageType.Dictionary:
                    ReadDictionary(header, Decompress(chunk.Codec, body, header.UncompressedLength));
                    break;
                case PageType.Data:
                    row += DecodePage(header, Decompress(chunk.Codec, body, header.UncompressedLength), column, row, faults);
                    break;
                case PageType.DataV2:
                    row += DecodePageV2(header, body, chunk.Codec, column, row, faults);
                    break;
                case PageType.Index:
                    break;
                default:
                    throw new DamagedParquetException("it has a page of an unknown type");
            }
        }

        if (_present == rows)
            column.ClearNulls();
    }

    /// <summary>Prepares for a new chunk: there is no dictionary yet.</summary>
    protected abstract void Start(Column column);

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

    private int DecodePage(in PageHeader header, ReadOnlySpan<byte> page, Column column, int row, List<RecordFault> faults)
    {
        int rows = CheckRows(header.Values, column.Length - row), present = rows;
        if (Source.Optional)
        {
            if (header.LevelEncoding != PageEncoding.Rle)
                throw UnknownEncoding(header.LevelEncoding);
            if (page.Length < sizeof(int))
                throw EndsEarly();
            int length = BinaryPrimitives.ReadInt32LittleEndian(page);
            if (length < 0 || length > page.Length - sizeof(int))
                throw EndsEarly();
            present = ReadNulls(page.Slice(sizeof(int), length), column, row, rows);
            page = page[(sizeof(int) + length)..];
        }

        DecodeValues(header.Encoding, page, column, row, rows, present, faults);
        _present += present;
        return rows;
    }

    private int DecodePageV2(
        in PageHeader header, ReadOnlySpan<byte> body, CompressionCodec codec, Column column, int row, List<RecordFault> faults)
    {
        int rows = CheckRows(header.Values, column.Length - row), present = rows;
        long levels = (long)header.RepetitionLength + header.DefinitionLength;
        if (levels > body.Length || levels > header.UncompressedLength)
            throw EndsEarly();
        if (Source.Optional)
            present = ReadNulls(body.Slice(header.RepetitionLength, header.DefinitionLength), column, row, rows);
        ReadOnlySpan<byte> values = body[(int)levels..];
        int length = header.UncompressedLength - (int)levels;

        // Some writers say "compressed" of a page without values and write none.
        if (header.Compressed && !(values.IsEmpty && length == 0))
            values = Decompress(codec, values, length);
        DecodeValues(header.Encoding, values, column, row, rows, present, faults);
        _present += present;
        return rows;
    }

    private ReadOnlySpan<byte> Decompress(CompressionCodec codec, ReadOnlySpan<byte> body, int length)
    {
        if (codec == CompressionCodec.Uncompressed)
            return body;
        Span<byte> page = Buffers.Page(length);
        Buffers.Decompressor.Decompress(codec, body, page);
        return page;
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

    private static int CheckRows(int rows, int left) =>
        rows <= left ? rows : throw new DamagedParquetException("it has more values than the row group has rows");
}
