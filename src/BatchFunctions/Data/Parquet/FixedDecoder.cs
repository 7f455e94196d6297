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
    private const int Block = 1024;
    private readonly List<(int Position, string Value)> _misfits = [];
    private TSource[] _source = [];
    private TSource[] _dictionarySource = [];
    private TTarget[] _dictionary = [];
    private bool[] _dictionaryFits = [];
    private int _dictionaryLength = -1;
    private bool _dictionaryAllFit;

    private static bool IsIdentity => typeof(TConversion) == typeof(Identity<TSource>);

    protected override void Start(Column column) => _dictionaryLength = -1;

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
            LookUp(values, target[..present]);
        }
        else if (IsIdentity)
        {
            Read(encoding, values, MemoryMarshal.CreateSpan(ref Unsafe.As<TTarget, TSource>(ref MemoryMarshal.GetReference(target)), present));
        }
        else
        {
            Grow(ref _source, present);
            Read(encoding, values, _source.AsSpan(0, present));
            Convert(_source.AsSpan(0, present), target);
        }

        ReadOnlySpan<bool> nulls = present < rows ? column.Nulls.Slice(row, rows) : default;
        if (present < rows)
            Scatter(target, nulls, present);
        if (_misfits.Count > 0)
            Report(nulls, row, column.Field, faults);
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

    private void LookUp(ReadOnlySpan<byte> source, Span<TTarget> target)
    {
        if (target.IsEmpty)
            return;
        if (_dictionaryLength < 0)
            throw NoDictionary();
        if (source.IsEmpty)
            throw EndsEarly();
        int bitWidth = source[0];
        ReadOnlySpan<TTarget> dictionary = _dictionary.AsSpan(0, _dictionaryLength);
        RleHybridReader runs = new(source[1..], bitWidth);
        Span<uint> indices = stackalloc uint[Block];
        for (int done = 0, count; done < target.Length; done += count)
        {
            count = runs.Next(target.Length - done, out uint repeated, out ReadOnlySpan<byte> packed);
            Span<TTarget> run = target.Slice(done, count);
            if (packed.IsEmpty)
            {
                if (repeated >= (uint)dictionary.Length)
                    throw NoDictionary();
                run.Fill(dictionary[(int)repeated]);
                for (int i = 0; i < count && !_dictionaryFits[repeated]; i++)
                    _misfits.Add((done + i, Describe(_dictionarySource[repeated])));
                continue;
            }

            for (int at = 0; at < count; at += Block)
            {
                Span<TTarget> block = run.Slice(at, Math.Min(Block, count - at));
                Span<uint> blockIndices = indices[..block.Length];
                BitPacking.Unpack(packed[(at / 8 * bitWidth)..], bitWidth, blockIndices);
                for (int i = 0; i < blockIndices.Length; i++)
                {
                    uint index = blockIndices[i];
                    if (index >= (uint)dictionary.Length)
                        throw NoDictionary();
                    block[i] = dictionary[(int)index];
                }

                for (int i = 0; i < blockIndices.Length && !_dictionaryAllFit; i++)
                    if (!_dictionaryFits[blockIndices[i]])
                        _misfits.Add((done + at + i, Describe(_dictionarySource[blockIndices[i]])));
            }
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
