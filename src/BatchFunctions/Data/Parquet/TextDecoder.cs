using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace BatchFunctions.Data.Parquet;

/// <summary>Decodes text, byte for byte into the batch's column; values of a dictionary are checked and laid out once.</summary>
internal sealed class TextDecoder(ParquetColumn source, PageBuffers buffers) : PagedDecoder(source, buffers)
{
    private const int Block = 1024;
    private const int UuidTextLength = 36;
    private byte[] _dictionary = [];
    private int[] _dictionaryEnds = [];
    private bool[] _dictionaryFits = [];
    private int _dictionaryLength = -1;
    private int[] _lengths = [];
    private int[] _prefixes = [];
    private byte[] _value = [];

    protected override void Start(Column column) => _dictionaryLength = -1;

    protected override void DecodeDictionary(int count, ReadOnlySpan<byte> values)
    {
        bool uuid = Source.Kind == ColumnKind.Uuid;
        Grow(ref _dictionaryEnds, count);
        Grow(ref _dictionaryFits, count);
        Grow(ref _dictionary, uuid ? checked(count * UuidTextLength) : values.Length);
        int end = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> value = TakePlain(ref values);
            Span<byte> room = _dictionary.AsSpan(end);
            _dictionaryFits[i] = uuid || Utf8.IsValid(value);
            if (uuid)
                end += WriteUuid(value, room);
            else
                value.CopyTo(room);
            end += uuid ? 0 : value.Length;
            _dictionaryEnds[i] = end;
        }

        _dictionaryLength = count;
    }

    protected override void DecodeValues(
        PageEncoding encoding, ReadOnlySpan<byte> values, Column column, int row, int rows, int present, List<RecordFault> faults)
    {
        Target target = new((Utf8Column)column, present < rows ? column.Nulls.Slice(row, rows) : default, row, faults);
        switch (encoding)
        {
            case PageEncoding.PlainDictionary or PageEncoding.RleDictionary:
                LookUp(values, present, ref target);
                break;
            case PageEncoding.Plain:
                for (int i = 0; i < present; i++)
                    Append(TakePlain(ref values), ref target);
                break;
            case PageEncoding.DeltaLengthByteArray when Source.Physical == PhysicalType.ByteArray:
                ReadDeltaLengths(values, present, ref target);
                break;
            case PageEncoding.DeltaByteArray:
                ReadDeltas(values, present, ref target);
                break;
            default:
                throw UnknownEncoding(encoding);
        }

        target.Finish(rows);
    }

    private ReadOnlySpan<byte> TakePlain(scoped ref ReadOnlySpan<byte> values)
    {
        int length = Source.TypeLength, start = 0;
        if (Source.Physical == PhysicalType.ByteArray)
        {
            length = values.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(values);
            start = sizeof(int);
        }

        if (length < 0 || length > values.Length - start)
            throw EndsEarly();
        ReadOnlySpan<byte> value = values.Slice(start, length);
        values = values[(start + length)..];
        return value;
    }

    private void LookUp(ReadOnlySpan<byte> source, int present, ref Target target)
    {
        if (present == 0)
            return;
        if (_dictionaryLength < 0)
            throw NoDictionary();
        if (source.IsEmpty)
            throw EndsEarly();
        int bitWidth = source[0];
        RleHybridReader runs = new(source[1..], bitWidth);
        Span<uint> indices = stackalloc uint[Block];
        for (int done = 0, count; done < present; done += count)
        {
            count = runs.Next(present - done, out uint repeated, out ReadOnlySpan<byte> packed);
            for (int at = 0; at < count; at += Block)
            {
                Span<uint> block = indices[..Math.Min(Block, count - at)];
                if (packed.IsEmpty)
                    block.Fill(repeated);
                else
                    BitPacking.Unpack(packed[(at / 8 * bitWidth)..], bitWidth, block);
                foreach (uint index in block)
                    AppendEntry(index, ref target);
            }
        }
    }

    private void AppendEntry(uint index, ref Target target)
    {
        if (index >= (uint)_dictionaryLength)
            throw NoDictionary();
        int start = index == 0 ? 0 : _dictionaryEnds[index - 1];
        ReadOnlySpan<byte> value = _dictionary.AsSpan(start, _dictionaryEnds[index] - start);
        if (_dictionaryFits[index])
            target.Append(value);
        else
            target.AppendMisfit(value);
    }

    private void ReadDeltaLengths(ReadOnlySpan<byte> source, int present, ref Target target)
    {
        Grow(ref _lengths, present);
        Span<int> lengths = _lengths.AsSpan(0, present);
        source = source[DeltaBinaryPacking.Read(source, lengths)..];
        foreach (int length in lengths)
        {
            if (length < 0 || length > source.Length)
                throw EndsEarly();
            Append(source[..length], ref target);
            source = source[length..];
        }
    }

    private void ReadDeltas(ReadOnlySpan<byte> source, int present, ref Target target)
    {
        Grow(ref _prefixes, present);
        Grow(ref _lengths, present);
        Span<int> prefixes = _prefixes.AsSpan(0, present), lengths = _lengths.AsSpan(0, present);
        source = source[DeltaBinaryPacking.Read(source, prefixes)..];
        source = source[DeltaBinaryPacking.Read(source, lengths)..];
        int before = 0;
        for (int i = 0; i < present; i++)
        {
            int prefix = prefixes[i], length = lengths[i];
            if (prefix < 0 || prefix > before || length < 0 || length > source.Length || length > Array.MaxLength - prefix)
                throw EndsEarly();
            before = prefix + length;
            if (_value.Length < before)
                Array.Resize(ref _value, Math.Max(before, 2 * _value.Length));
            source[..length].CopyTo(_value.AsSpan(prefix));
            source = source[length..];
            Append(_value.AsSpan(0, before), ref target);
        }
    }

    private void Append(ReadOnlySpan<byte> value, ref Target target)
    {
        if (Source.Kind == ColumnKind.Uuid)
        {
            Span<byte> text = stackalloc byte[UuidTextLength];
            target.Append(text[..WriteUuid(value, text)]);
        }
        else if (Utf8.IsValid(value))
        {
            target.Append(value);
        }
        else
        {
            target.AppendMisfit(value);
        }
    }

    private static int WriteUuid(ReadOnlySpan<byte> value, Span<byte> text) =>
        value.Length == 16 && new Guid(value, bigEndian: true).TryFormat(text, out int written)
            ? written
            : throw new DamagedParquetException("it has UUIDs of another length than 16 bytes");

    private static void Grow<T>(ref T[] memory, int length)
    {
        if (memory.Length < length)
            memory = GC.AllocateUninitializedArray<T>((int)Math.Min(Array.MaxLength, Math.Max(length, memory.Length * 3L / 2)));
    }

    // Appends the present values of a page and passes over its nulls.
    private ref struct Target(Utf8Column column, ReadOnlySpan<bool> nulls, int firstRow, List<RecordFault> faults)
    {
        private readonly ReadOnlySpan<bool> _nulls = nulls;
        private int _at;

        public void Append(scoped ReadOnlySpan<byte> value)
        {
            PassNulls();
            column.Append(value);
            _at++;
        }

        public void AppendMisfit(scoped ReadOnlySpan<byte> value)
        {
            PassNulls();
            string name = column.Field.Name;
            faults.Add(new RecordFault(
                firstRow + _at, name, FaultCodes.WrongType, $"'{Encoding.UTF8.GetString(value)}' in column '{name}' is not valid UTF-8"));
            column.AppendClaimed(0);
            _at++;
        }

        public void Finish(int rows)
        {
            PassNulls();
            if (_at != rows)
                throw EndsEarly();
        }

        private void PassNulls()
        {
            for (; _at < _nulls.Length && _nulls[_at]; _at++)
                column.AppendClaimed(0);
        }
    }
}
