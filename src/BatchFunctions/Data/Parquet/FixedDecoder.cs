using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Parquet;

/// <summary>Decodes values of fixed width, converting them on the way; values of a dictionary are converted once.</summary>
/// <typeparam name="TSource">The type that values stand in the file as.</typeparam>
/// <typeparam name="TPlain">How they are read where they are encoded plainly.</typeparam>
/// <typeparam name="TTarget">The type of the column to fill.</typeparam>
/// <typeparam name="TConversion">How the one becomes the other.</typeparam>
internal sealed class FixedDecoder<TSource, TPlain, TTarget, TConversion>(ParquetColumn source, PageBuffers buffers) : PagedDecoder(source, buffers)
    where TSource : unmanaged
    where TPlain : IPlainValues<TSource>
    where TTarget : unmanaged
    where TConversion : IConversion<TSource, TTarget>
{
    private readonly List<(int Position, string Value)> _misfits = [];
    private TSource[] _source = [];
    private TSource[] _dictionarySource = [];
    private TTarget[] _dictionary = [];
    private bool[] _dictionaryFits = [];
    private int _dictionaryLength = -1;
    private bool _dictionaryAllFit;
    private ReadOnlyMemory<byte> _kept;
    private IndexCursor _keptIndices;
    private bool _keptRefers;

    private static bool IsIdentity => typeof(TConversion) == typeof(Identity<TSource>);

    protected override void StartChunk() => _dictionaryLength = -1;

    protected override void DecodeDictionary(int count, ReadOnlySpan<byte> values)
    {
        Grow(ref _dictionarySource, count);
        Grow(ref _dictionary, count);
        Grow(ref _dictionaryFits, count);
        TPlain.Read(values, Source.TypeLength, _dictionarySource.AsSpan(0, count));
        _dictionaryAllFit = true;
        for (int i = 0; i < count; i++)
            _dictionaryAllFit &= _dictionaryFits[i] = TConversion.TryConvert(_dictionarySource[i], Source.Scale, out _dictionary[i]);
        _dictionaryLength = count;
    }

    protected override void DecodeValues(
        PageEncoding encoding, ReadOnlySpan<byte> values, Column column, int row, int rows, int present, List<RecordFault> faults)
    {
        Span<TTarget> target = ((Column<TTarget>)column).Values.Slice(row, rows);
        _misfits.Clear();
        if (encoding is PageEncoding.PlainDictionary or PageEncoding.RleDictionary)
        {
            if (present > 0)
            {
                IndexCursor indices = new(values, present);
                LookUp(values, ref indices, target[..present]);
            }
        }
        else
        {
            ReadConverted(encoding, values, target[..present]);
        }

        ReadOnlySpan<bool> nulls = present < rows ? column.Nulls.Slice(row, rows) : default;
        if (present < rows)
            Scatter(target, nulls, present);
        if (_misfits.Count > 0)
            Report(nulls, row, column.Field, faults);
    }

    protected override bool TryKeep(PageEncoding encoding, ReadOnlyMemory<byte> values, int rows)
    {
        _keptRefers = encoding is PageEncoding.PlainDictionary or PageEncoding.RleDictionary;
        if (!_keptRefers && (encoding != PageEncoding.Plain || TPlain.Size(Source.TypeLength) == 0))
            return false;
        if (_keptRefers)
            _keptIndices = new IndexCursor(values.Span, rows);
        _kept = values;
        return true;
    }

    protected override void DecodeKept(Column column, int row, int rows, List<RecordFault> faults)
    {
        Span<TTarget> target = ((Column<TTarget>)column).Values.Slice(row, rows);
        _misfits.Clear();
        if (_keptRefers)
        {
            LookUp(_kept.Span, ref _keptIndices, target);
        }
        else
        {
            ReadConverted(PageEncoding.Plain, _kept.Span, target);
            _kept = _kept[(rows * TPlain.Size(Source.TypeLength))..];
        }

        if (_misfits.Count > 0)
            Report(default, row, column.Field, faults);
    }

    protected override void CopyRows(Column page, int start, Column column, int row, int rows) =>
        ((Column<TTarget>)page).Values.Slice(start, rows).CopyTo(((Column<TTarget>)column).Values[row..]);

    private void ReadConverted(PageEncoding encoding, ReadOnlySpan<byte> values, Span<TTarget> target)
    {
        if (IsIdentity)
        {
            Read(encoding, values, MemoryMarshal.CreateSpan(ref Unsafe.As<TTarget, TSource>(ref MemoryMarshal.GetReference(target)), target.Length));
            return;
        }

        Grow(ref _source, target.Length);
        Read(encoding, values, _source.AsSpan(0, target.Length));
        Convert(_source.AsSpan(0, target.Length), target);
    }

    private void Read(PageEncoding encoding, ReadOnlySpan<byte> source, Span<TSource> values)
    {
        switch (encoding)
        {
            case PageEncoding.Plain:
                TPlain.Read(source, Source.TypeLength, values);
                break;
            case PageEncoding.DeltaBinaryPacked when Source.Physical == PhysicalType.Int32:
                DeltaBinaryPacking.Read(source, MemoryMarshal.Cast<TSource, int>(values));
                break;
            case PageEncoding.DeltaBinaryPacked when Source.Physical == PhysicalType.Int64:
                DeltaBinaryPacking.Read(source, MemoryMarshal.Cast<TSource, long>(values));
                break;
            case PageEncoding.ByteStreamSplit when TPlain.Size(Source.TypeLength) > 0:
                int size = TPlain.Size(Source.TypeLength);
                if (source.Length < (long)size * values.Length)
                    throw EndsEarly();
                Span<byte> joined = Buffers.Scratch(size * values.Length);
                ByteStreamSplit.Join(source, size, joined);
                TPlain.Read(joined, Source.TypeLength, values);
                break;
            case PageEncoding.Rle when typeof(TSource) == typeof(bool):
                ReadRunsOfBooleans(source, MemoryMarshal.AsBytes(values));
                break;
            default:
                throw UnknownEncoding(encoding);
        }
    }

    private static void ReadRunsOfBooleans(ReadOnlySpan<byte> source, Span<byte> values)
    {
        if (values.IsEmpty)
            return;
        int length = source.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(source);
        if (length < 0 || length > source.Length - sizeof(int))
            throw EndsEarly();
        RleHybridReader runs = new(source.Slice(sizeof(int), length), 1);
        for (int done = 0, count; done < values.Length; done += count)
        {
            count = runs.Next(values.Length - done, out uint repeated, out ReadOnlySpan<byte> packed);
            Span<byte> run = values.Slice(done, count);
            if (packed.IsEmpty)
                run.Fill((byte)(repeated & 1));
            else
                BitPacking.UnpackBits(packed, MemoryMarshal.Cast<byte, bool>(run));
        }
    }

    private void Convert(ReadOnlySpan<TSource> values, Span<TTarget> target)
    {
        target = target[..values.Length];
        for (int i = 0; i < values.Length; i++)
            if (!TConversion.TryConvert(values[i], Source.Scale, out target[i]))
                _misfits.Add((i, Describe(values[i])));
    }

    private void LookUp(ReadOnlySpan<byte> source, ref IndexCursor cursor, Span<TTarget> target)
    {
        if (_dictionaryLength < 0)
            throw NoDictionary();
        ReadOnlySpan<TTarget> dictionary = _dictionary.AsSpan(0, _dictionaryLength);
        Span<uint> room = stackalloc uint[IndexCursor.Block];
        for (int done = 0, count; done < target.Length; done += count)
        {
            count = cursor.Take(source, target.Length - done, room, out uint repeated, out ReadOnlySpan<uint> indices);
            Span<TTarget> run = target.Slice(done, count);
            if (indices.IsEmpty)
            {
                if (count > 0 && repeated >= (uint)dictionary.Length)
                    throw NoDictionary();
                for (int i = 0; i < count && !_dictionaryFits[repeated]; i++)
                    _misfits.Add((done + i, Describe(_dictionarySource[repeated])));
                if (count > 0)
                    run.Fill(dictionary[(int)repeated]);
                continue;
            }

            for (int i = 0; i < indices.Length; i++)
            {
                uint index = indices[i];
                if (index >= (uint)dictionary.Length)
                    throw NoDictionary();
                run[i] = dictionary[(int)index];
            }

            for (int i = 0; i < indices.Length && !_dictionaryAllFit; i++)
                if (!_dictionaryFits[indices[i]])
                    _misfits.Add((done + i, Describe(_dictionarySource[indices[i]])));
        }
    }

    // The values stand side by side at the front; each goes to its row, the last one first.
    private static void Scatter(Span<TTarget> values, ReadOnlySpan<bool> nulls, int present)
    {
        for (int i = values.Length - 1; i >= 0 && present <= i; i--)
            values[i] = nulls[i] ? default : values[--present];
    }

    private void Report(ReadOnlySpan<bool> nulls, int row, Field field, List<RecordFault> faults)
    {
        int at = 0, position = -1;
        foreach ((int misfit, string value) in _misfits)
        {
            for (; position < misfit; at++)
                position += nulls.IsEmpty || !nulls[at] ? 1 : 0;
            faults.Add(new RecordFault(
                row + at - 1, field.Name, FaultCodes.WrongType, $"'{value}' in column '{field.Name}' does not fit {DataTypeNames.Of(field.Type)}"));
        }
    }

    private string Describe(TSource value) =>
        UnscaledText(value) ?? string.Create(CultureInfo.InvariantCulture, $"{value}");

    private string? UnscaledText(TSource value) => Source.Kind == ColumnKind.Decimal
        ? value switch
        {
            int unscaled => Scaled(unscaled),
            long unscaled => Scaled(unscaled),
            Int128 unscaled => Scaled(unscaled),
            _ => null,
        }
        : null;

    private string Scaled(Int128 unscaled) =>
        UnscaledToDecimal<Int128>.TryConvert(unscaled, Source.Scale, out decimal number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{unscaled}e-{Source.Scale}");

    private static void Grow<T>(ref T[] memory, int length)
    {
        if (memory.Length < length)
            memory = GC.AllocateUninitializedArray<T>((int)Math.Min(Array.MaxLength, Math.Max(length, memory.Length * 3L / 2)));
    }
}
