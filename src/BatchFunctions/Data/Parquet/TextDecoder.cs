using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// Decodes text. A chunk whose pages all refer to a dictionary becomes a column that refers to it, too; otherwise values are laid out in the
/// batch's column, byte for byte.
/// </summary>
internal sealed class TextDecoder(ParquetColumn source, PageBuffers buffers) : PagedDecoder(source, buffers)
{
    private const int Block = 1024;
    private const int UuidTextLength = 36;
    private readonly TextEntries _dictionary = new();
    private readonly List<(int Entry, byte[] Value)> _misfits = [];
    private bool _hasDictionary;
    private int[] _lengths = [];
    private int[] _prefixes = [];
    private byte[] _value = [];

    protected override void StartChunk()
    {
        _hasDictionary = false;
        _dictionary.Clear();
        _misfits.Clear();
    }

    protected override void DecodeDictionary(int count, ReadOnlySpan<byte> values)
    {
        Span<byte> uuid = stackalloc byte[UuidTextLength];
        for (int i = 0; i < count; i++)
        {
            scoped ReadOnlySpan<byte> value = TakePlain(ref values);
            if (Source.Kind == ColumnKind.Uuid)
                value = uuid[..WriteUuid(value, uuid)];
            if (Utf8.IsValid(value))
                _dictionary.Add(value);
            else
                _misfits.Add((_dictionary.Add(default), value.ToArray()));
        }

        _hasDictionary = true;
    }

    protected override void DecodeValues(
        PageEncoding encoding, ReadOnlySpan<byte> values, Column column, int row, int rows, int present, List<RecordFault> faults)
    {
        Utf8Column text = (Utf8Column)column;
        ReadOnlySpan<bool> nulls = present < rows ? column.Nulls.Slice(row, rows) : default;
        bool refers = encoding is PageEncoding.PlainDictionary or PageEncoding.RleDictionary;
        if (refers && _dictionary.Count <= TextEntries.Most && (row == 0 || text.Entries is not null))
        {
            Refer(values, text, row, rows, present, nulls, faults);
            return;
        }

        text.Flatten(row);
        if (encoding == PageEncoding.Plain && nulls.IsEmpty && TryCopyAscii(values, text, rows))
            return;
        Target target = new(text, nulls, row, faults);
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

    protected override void CopyRows(Column page, int start, Column column, int row, int rows)
    {
        Utf8Column from = (Utf8Column)page, to = (Utf8Column)column;
        if (from.Entries is not { } entries)
        {
            to.AppendRows(row, from, start, rows);
            return;
        }

        ReadOnlySpan<ushort> entryOf = from.EntryOf.Slice(start, rows);
        if (row == 0 || ReferenceEquals(to.Entries, entries))
        {
            entryOf.CopyTo((row == 0 ? to.ReferTo(entries) : to.EntryOf)[row..]);
            return;
        }

        to.Flatten(row);
        foreach (ushort entry in entryOf)
            to.Append(entries[entry]);
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

    private void Refer(ReadOnlySpan<byte> source, Utf8Column text, int row, int rows, int present, ReadOnlySpan<bool> nulls, List<RecordFault> faults)
    {
        Span<ushort> entryOf = (text.Entries is null ? text.ReferTo(_dictionary) : text.EntryOf).Slice(row, rows);
        ReadEntries(source, entryOf[..present]);

        // They stand side by side at the front; each goes to its row, the last one first.
        for (int i = rows - 1; i >= 0 && present <= i; i--)
            entryOf[i] = nulls[i] ? (ushort)0 : entryOf[--present];
        if (_misfits.Count == 0)
            return;
        for (int i = 0; i < rows; i++)
            if (Misfit(entryOf[i]) is { } value)
                faults.Add(MisfitFault(row + i, text.Field.Name, value));
    }

    private void ReadEntries(ReadOnlySpan<byte> source, Span<ushort> entries)
    {
        if (entries.IsEmpty)
            return;
        RleHybridReader runs = Indices(source, out int bitWidth);
        Span<uint> wide = stackalloc uint[Block];
        for (int done = 0, count; done < entries.Length; done += count)
        {
            count = runs.Next(entries.Length - done, out uint repeated, out ReadOnlySpan<byte> packed);
            Span<ushort> run = entries.Slice(done, count);
            if (packed.IsEmpty)
            {
                run.Fill((ushort)(Check(repeated) + 1));
            }
            else if (bitWidth <= 8)
            {
                BitPacking.Unpack(packed, bitWidth, run);
                Check(TensorPrimitives.Max<ushort>(run));
                TensorPrimitives.Add(run, (ushort)1, run);
            }
            else
            {
                for (int at = 0; at < count; at += Block)
                {
                    Span<uint> block = wide[..Math.Min(Block, count - at)];
                    BitPacking.Unpack(packed[(at / 8 * bitWidth)..], bitWidth, block);
                    Check(TensorPrimitives.Max<uint>(block));
                    for (int i = 0; i < block.Length; i++)
                        run[at + i] = (ushort)(block[i] + 1);
                }
            }
        }
    }

    private void LookUp(ReadOnlySpan<byte> source, int present, ref Target target)
    {
        if (present == 0)
            return;
        RleHybridReader runs = Indices(source, out int bitWidth);
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
                    AppendEntry((int)Check(index) + 1, ref target);
            }
        }
    }

    private RleHybridReader Indices(ReadOnlySpan<byte> source, out int bitWidth)
    {
        if (!_hasDictionary)
            throw NoDictionary();
        if (source.IsEmpty)
            throw EndsEarly();
        bitWidth = source[0];
        return new RleHybridReader(source[1..], bitWidth);
    }

    private uint Check(uint index) => index < (uint)_dictionary.Count ? index : throw NoDictionary();

    private void AppendEntry(int entry, ref Target target)
    {
        if (_misfits.Count > 0 && Misfit(entry) is { } value)
            target.AppendMisfit(value);
        else
            target.Append(_dictionary[entry]);
    }

    private byte[]? Misfit(int entry)
    {
        foreach ((int misfit, byte[] value) in _misfits)
            if (misfit == entry)
                return value;
        return null;
    }

    // A length is four bytes, and of a value of less than 128 bytes they are ASCII, too; so one pass over the page clears all of its values.
    private bool TryCopyAscii(ReadOnlySpan<byte> values, Utf8Column text, int rows)
    {
        if (Source.Kind != ColumnKind.Text || Source.Physical != PhysicalType.ByteArray || !Ascii.IsValid(values))
            return false;
        int end = text.Bytes.Length;
        ref byte bytes = ref MemoryMarshal.GetReference(text.ClaimRows(rows, values.Length + Vector128<byte>.Count, out Span<int> ends));
        for (int i = 0; i < ends.Length; i++)
        {
            ReadOnlySpan<byte> value = TakePlain(ref values);
            if (value.Length + values.Length >= Vector128<byte>.Count && value.Length <= Vector128<byte>.Count)
                Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(value)).StoreUnsafe(ref Unsafe.Add(ref bytes, end));
            else
                value.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref bytes, end), value.Length));
            end += value.Length;
            ends[i] = end;
        }

        text.AppendClaimedRows(rows);
        return true;
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

    private static RecordFault MisfitFault(int row, string column, ReadOnlySpan<byte> value) =>
        new(row, column, FaultCodes.WrongType, $"'{Encoding.UTF8.GetString(value)}' in column '{column}' is not valid UTF-8");

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
            faults.Add(MisfitFault(firstRow + _at, column.Field.Name, value));
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
