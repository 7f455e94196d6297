using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using CsCheck;

namespace BatchFunctions.Tests.Data;

/// <summary>Encodings that no writer at hand produces, and the round trips of those that ours does.</summary>
public sealed class ParquetEncodingTests : IDisposable
{
    private readonly PageBuffers _buffers = new();
    private readonly ChunkBuilder _chunk = new(ParquetCompression.Snappy);

    public void Dispose()
    {
        _chunk.Dispose();
        _buffers.Dispose();
    }

    [Fact]
    public void Booleans_may_be_runs()
    {
        // Four bytes of length, a run of 13 times true, a packed group of 8.
        byte[] page = [4, 0, 0, 0, 26, 1, 3, 0b1010_0110];
        _chunk.Page.Write(page);
        _chunk.EndDataPage(21, PageEncoding.Rle);

        Column column = Decode(new() { Name = "b", Chunk = 0, Kind = ColumnKind.Bool, Physical = PhysicalType.Boolean }, DataType.Bool, 21);

        Assert.Equal([.. Enumerable.Repeat(true, 13), false, true, true, false, false, true, false, true], ((Column<bool>)column).Values.ToArray());
    }

    [Fact]
    public void Text_may_share_beginnings_with_the_value_before()
    {
        // The example of parquet-format, Encodings.md, "Delta Strings".
        DeltaBinaryPacking.Write<int>([0, 2, 0, 3], _chunk.Page);
        DeltaBinaryPacking.Write<int>([4, 1, 6, 2], _chunk.Page);
        _chunk.Page.Write("axislbabbleyx"u8);
        _chunk.EndDataPage(4, PageEncoding.DeltaByteArray);

        Assert.Equal(["axis", "axl", "babble", "babyx"], Values(Decode(Text, DataType.String, 4)));
    }

    [Fact]
    public void A_beginning_longer_than_the_value_before_is_damage()
    {
        DeltaBinaryPacking.Write<int>([0, 5], _chunk.Page);
        DeltaBinaryPacking.Write<int>([4, 1], _chunk.Page);
        _chunk.Page.Write("axisl"u8);
        _chunk.EndDataPage(2, PageEncoding.DeltaByteArray);

        Decode(Text, DataType.String, 2, expectedError: "ends in the middle");
    }

    [Fact]
    public void Text_may_stand_behind_its_lengths()
    {
        DeltaBinaryPacking.Write<int>([5, 0, 6], _chunk.Page);
        _chunk.Page.Write("Hellogröß"u8);
        _chunk.EndDataPage(3, PageEncoding.DeltaLengthByteArray);

        Assert.Equal(["Hello", "", "größ"], Values(Decode(Text, DataType.String, 3)));
    }

    [Fact]
    public void A_dictionary_may_be_given_up_within_a_chunk()
    {
        WritePlain("low", "high");
        _chunk.EndDictionaryPage(2);

        // One bit a number: a packed group for three values, then plain pages.
        _chunk.Page.Write([(byte)1, (byte)3, (byte)0b010]);
        _chunk.EndDataPage(3, PageEncoding.RleDictionary);
        WritePlain("medium");
        _chunk.EndDataPage(1, PageEncoding.Plain);

        Assert.Equal(["low", "high", "low", "medium"], Values(Decode(Text, DataType.String, 4)));
    }

    [Fact]
    public void Nulls_and_text_that_is_not_UTF8_may_come_with_a_dictionary()
    {
        WritePlain("low", "high");
        byte[] wrong = [1, 0, 0, 0, 0xC3];
        _chunk.Page.Write(wrong);
        _chunk.EndDictionaryPage(3);

        // Levels of one bit for five rows, then two bits a number for the four that are there: 1, 2, 0, 2.
        _chunk.Page.Write([(byte)2, (byte)0, (byte)0, (byte)0, (byte)3, (byte)0b11101, (byte)2, (byte)3, (byte)0b10_00_10_01, (byte)0]);
        _chunk.EndDataPage(5, PageEncoding.RleDictionary);
        List<RecordFault> faults = [];

        Column column = Decode(Text with { Optional = true }, DataType.String, 5, faults: faults);

        Assert.Equal(["high", null, "", "low", ""], Enumerable.Range(0, 5).Select(column.GetValue));
        Assert.Equal([(2, FaultCodes.WrongType), (4, FaultCodes.WrongType)], faults.Select(f => (f.Row, f.Code)));
        Assert.NotNull(((Utf8Column)column).Entries);
    }

    [Fact]
    public void A_dictionary_that_is_too_large_to_refer_to_is_laid_out()
    {
        string[] values = [.. Enumerable.Range(0, TextEntries.Most + 10).Select(i => $"v{i}")];
        WritePlain(values);
        _chunk.EndDictionaryPage(values.Length);
        int[] numbers = [.. Enumerable.Range(0, 1_000).Select(i => i * 7919 % values.Length)];
        byte[] packed = new byte[numbers.Length / 8 * 17];
        BitPacking.Pack(numbers, 17, packed);
        _chunk.Page.Write([(byte)17, (byte)(((numbers.Length / 8) << 1 & 0x7F) | 0x81), (byte)(numbers.Length / 8 >> 6)]);
        _chunk.Page.Write(packed);
        _chunk.EndDataPage(numbers.Length, PageEncoding.RleDictionary);

        Column column = Decode(Text, DataType.String, numbers.Length);

        Assert.Equal(numbers.Select(n => values[n]), Values(column));
        Assert.Null(((Utf8Column)column).Entries);
    }

    [Fact]
    public void A_dictionary_of_one_value_may_need_no_bits()
    {
        WritePlain("same");
        _chunk.EndDictionaryPage(1);
        _chunk.Page.Write([(byte)0]);
        _chunk.EndDataPage(3, PageEncoding.PlainDictionary);

        Assert.Equal(["same", "same", "same"], Values(Decode(Text, DataType.String, 3)));
    }

    [Fact]
    public void A_number_outside_of_the_dictionary_is_damage()
    {
        WritePlain("low", "high");
        _chunk.EndDictionaryPage(2);
        _chunk.Page.Write([(byte)2, (byte)3, (byte)0b11, (byte)0]);
        _chunk.EndDataPage(1, PageEncoding.RleDictionary);

        Decode(Text, DataType.String, 1, expectedError: "refers to a dictionary that is not there");
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_a_fault_of_its_row()
    {
        byte[] wrong = [1, 0, 0, 0, 0xC3, 1, 0, 0, 0, (byte)'x'];
        _chunk.Page.Write(wrong);
        _chunk.EndDataPage(2, PageEncoding.Plain);
        List<RecordFault> faults = [];

        Column column = Decode(Text, DataType.String, 2, faults: faults);

        Assert.Equal([(0, "text", FaultCodes.WrongType)], faults.Select(f => (f.Row, f.Column!, f.Code)));
        Assert.Equal("x", column.GetValue(1));
    }

    [Fact]
    public void Numbers_may_be_split_into_streams_of_bytes()
    {
        double[] values = [.. Enumerable.Range(0, 100).Select(i => i / 7.0)];
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes<double>(values);
        for (int k = 0; k < sizeof(double); k++)
            for (int i = 0; i < values.Length; i++)
                _chunk.Page.Write([bytes[(i * sizeof(double)) + k]]);
        _chunk.EndDataPage(values.Length, PageEncoding.ByteStreamSplit);

        Column column = Decode(new() { Name = "x", Chunk = 0, Kind = ColumnKind.Float64, Physical = PhysicalType.Double }, DataType.Float64, values.Length);

        Assert.Equal(values, ((Column<double>)column).Values.ToArray());
    }

    [Fact]
    public void Timestamps_of_twelve_bytes_count_Julian_days()
    {
        Span<byte> room = stackalloc byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(room, 43_200_000_001_999);
        BinaryPrimitives.WriteInt32LittleEndian(room[8..], 2_440_589);
        BinaryPrimitives.WriteInt64LittleEndian(room[12..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(room[20..], 2_440_587);
        _chunk.Page.Write(room);
        _chunk.EndDataPage(2, PageEncoding.Plain);

        Column column = Decode(new() { Name = "at", Chunk = 0, Kind = ColumnKind.TimestampInt96, Physical = PhysicalType.Int96 }, DataType.Timestamp, 2);

        Assert.Equal([129_600_000_001, -86_400_000_000], ((Column<long>)column).Values.ToArray());
    }

    [Fact]
    public void An_encoding_that_is_not_known_is_refused()
    {
        _chunk.Page.Write([(byte)0]);
        _chunk.EndDataPage(1, PageEncoding.BitPacked);

        Assert.Throws<UnsupportedParquetException>(() => Decode(Text, DataType.String, 1));
    }

    [Fact]
    public void Packed_differences_come_back_whatever_the_integers() =>
        Gen.OneOf(Gen.Long, Gen.Long[-3, 3], Gen.OneOf(long.MinValue, long.MaxValue)).Array[0, 700].Sample(values =>
        {
            Check(values);
            Check(Array.ConvertAll(values, v => unchecked((int)v)));
        });

    [Fact]
    public void Packed_numbers_come_back_whatever_their_width() =>
        Gen.Select(Gen.Int[1, 31], Gen.UInt.Array[1, 100]).Sample((bitWidth, random) =>
        {
            int[] values = Array.ConvertAll(random, v => (int)(v & ((1u << bitWidth) - 1)));
            byte[] packed = new byte[(values.Length + 7) / 8 * bitWidth];
            uint[] unpacked = new uint[values.Length];

            BitPacking.Pack(values, bitWidth, packed);
            BitPacking.Unpack(packed.AsSpan(0, ((values.Length * bitWidth) + 7) / 8), bitWidth, unpacked);

            Assert.Equal(values, Array.ConvertAll(unpacked, v => (int)v));
            if (bitWidth > 8)
                return;
            ushort[] narrow = new ushort[values.Length];
            BitPacking.Unpack(packed.AsSpan(0, ((values.Length * bitWidth) + 7) / 8), bitWidth, narrow);
            Assert.Equal(values, Array.ConvertAll(narrow, v => (int)v));
        });

    private static ParquetColumn Text => new() { Name = "text", Chunk = 0, Kind = ColumnKind.Text, Physical = PhysicalType.ByteArray };

    private static IEnumerable<string> Values(Column column) => Enumerable.Range(0, column.Length).Select(row => (string)column.GetValue(row)!);

    private static void Check<T>(T[] values)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        ArrayBufferWriter<byte> output = new();
        DeltaBinaryPacking.Write<T>(values, output);
        int length = output.WrittenCount;
        output.Write("more"u8);
        T[] back = new T[values.Length];

        Assert.Equal(length, DeltaBinaryPacking.Read<T>(output.WrittenSpan, back));
        Assert.Equal(values, back);
    }

    private void WritePlain(params string[] values)
    {
        foreach (string value in values)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(value);
            _chunk.Page.Write(BitConverter.GetBytes(bytes.Length));
            _chunk.Page.Write(bytes);
        }
    }

    // All rows at once, and once more some at a time, which must give the same.
    private Column Decode(ParquetColumn source, DataType wanted, int rows, string? expectedError = null, List<RecordFault>? faults = null)
    {
        ChunkDecoder decoder = ChunkDecoders.Create(source, wanted, _buffers)!;
        Column column = Column.Create(new Field(source.Name, wanted)), piece = Column.Create(column.Field);
        column.Reset(rows);
        List<RecordFault> found = faults ?? [];
        if (expectedError is not null)
        {
            foreach (int most in (int[])[rows, 1])
                Assert.Contains(expectedError, Assert.Throws<DamagedParquetException>(() => DecodeSome(decoder, piece, rows, most, [], () => { })).Message, StringComparison.Ordinal);
            return column;
        }

        Start(decoder, rows);
        decoder.Decode(column, found);
        foreach (int most in (int[])[1, 3, 100])
        {
            List<object?> values = [];
            List<RecordFault> again = [];
            DecodeSome(decoder, piece, rows, most, again, () => values.AddRange(Enumerable.Range(0, piece.Length).Select(piece.GetValue)));
            Assert.Equal(Enumerable.Range(0, rows).Select(column.GetValue), values);
            Assert.Equal(found, again);
        }

        return column;
    }

    private void DecodeSome(ChunkDecoder decoder, Column piece, int rows, int most, List<RecordFault> faults, Action look)
    {
        Start(decoder, rows);
        for (int row = 0; row < rows; row += piece.Length)
        {
            List<RecordFault> found = [];
            piece.Reset(Math.Min(most, rows - row));
            decoder.Decode(piece, found);
            faults.AddRange(found.Select(fault => fault with { Row = fault.Row + row }));
            look();
        }
    }

    private void Start(ChunkDecoder decoder, int rows) =>
        decoder.Start(_chunk.Bytes, new ParquetChunk(4, _chunk.Bytes.Length, _chunk.Bytes.Length, rows, CompressionCodec.Snappy), rows);
}
