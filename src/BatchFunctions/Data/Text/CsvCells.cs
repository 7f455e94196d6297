using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace BatchFunctions.Data.Text;

/// <summary>The cells of a batch of CSV records: where each one starts and ends.</summary>
internal readonly ref struct CsvCells
{
    private const int ShownCharacters = 80;

    private readonly ref int _cuts;
    private readonly ref int _ends;
    private readonly ref int _firstCuts;
    private readonly ref byte _text;

    /// <summary>Shows the records of <paramref name="index"/>, the first byte of which is at <paramref name="start"/>.</summary>
    public CsvCells(byte[] bytes, int start, RecordIndex index)
    {
        _text = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(bytes), start);
        _cuts = ref MemoryMarshal.GetReference(index.Cuts);
        _ends = ref MemoryMarshal.GetReference(index.Ends.Span);
        _firstCuts = ref MemoryMarshal.GetReference(index.FirstCuts);
    }

    /// <summary>How many cuts further each record of the strip starts than the one before; 0 where that differs, or one of them is broken.</summary>
    public int Stride { get; init; }

    /// <summary>Whether all of the text is known to be valid UTF-8.</summary>
    public bool IsValidText { get; init; }

    /// <summary>Where faults go.</summary>
    public required List<RecordFault> Faults { get; init; }

    /// <summary>Finds a cell.</summary>
    /// <param name="row">The record.</param>
    /// <param name="position">The field.</param>
    /// <param name="isLast">Whether it is the record's last field.</param>
    /// <param name="length">The cell's length in bytes, with its quotes.</param>
    /// <returns>The position of its first byte in the text, or -1 where the record is broken and has no cells.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int row, int position, bool isLast, out int length)
    {
        int cut = Unsafe.Add(ref _firstCuts, row) + position;
        length = 0;
        if (cut < position)
            return -1;
        ref int end = ref Unsafe.Add(ref _cuts, cut);
        int start = Unsafe.Add(ref end, -1) + 1;
        length = (isLast ? Unsafe.Add(ref _ends, row) : end) - start;
        return start;
    }

    /// <summary>The position in front of a cell of a strip that has a <see cref="Stride"/>; that of the next record stands as much further.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref int Before(int row, int position) => ref Unsafe.Add(ref _cuts, Unsafe.Add(ref _firstCuts, row) + position - 1);

    /// <summary>The position behind a cell of a strip that has a <see cref="Stride"/>.</summary>
    /// <param name="row">The record.</param>
    /// <param name="position">The field.</param>
    /// <param name="isLast">Whether it is the record's last field.</param>
    /// <param name="step">How much further the same stands for the next record.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref int Behind(int row, int position, bool isLast, out int step)
    {
        step = isLast ? 1 : Stride;
        return ref isLast ? ref Unsafe.Add(ref _ends, row) : ref Unsafe.Add(ref Before(row, position), 1);
    }

    /// <summary>The byte at a position of the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte At(int position) => ref Unsafe.Add(ref _text, position);

    /// <summary>Bytes of the text.</summary>
    public ReadOnlySpan<byte> Slice(int start, int length) => MemoryMarshal.CreateReadOnlySpan(ref At(start), length);

    /// <summary>Notes that a cell cannot be read.</summary>
    public void Fault(int row, Field field, string code, ReadOnlySpan<byte> value)
    {
        string shown = Show(value);
        string reason = code == FaultCodes.WrongType
            ? $"The value '{shown}' cannot be read as {TypeName(field.Type)}."
            : $"The value '{shown}' is not valid UTF-8.";
        Faults.Add(new RecordFault(row, field.Name, code, reason));
    }

    /// <summary>A type's name in messages and files.</summary>
    public static string TypeName(DataType type) => type.ToString().ToLowerInvariant();

    /// <summary>A value for messages, as far as it is short.</summary>
    public static string Show(ReadOnlySpan<byte> value)
    {
        // Four bytes make at least one character.
        string text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, (ShownCharacters * 4) + 4)]);
        if (text.Length <= ShownCharacters)
            return text;
        int end = char.IsHighSurrogate(text[ShownCharacters - 1]) ? ShownCharacters - 1 : ShownCharacters;
        return text[..end] + "…";
    }
}
