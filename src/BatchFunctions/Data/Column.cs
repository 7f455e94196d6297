using System.Buffers;

namespace BatchFunctions.Data;

/// <summary>
/// One column of a <see cref="RecordBatch"/>: values side by side in reused memory, with a mark for each null.
/// The memory grows as needed and is never given back while the column lives, so that a worker that scores shard after
/// shard allocates nothing once it has seen the largest batch.
/// </summary>
public abstract class Column
{
    private bool[] _nulls = [];

    private protected Column(Field field) => Field = field;

    /// <summary>The column's name and type.</summary>
    public Field Field { get; }

    /// <summary>The number of values.</summary>
    public int Length { get; private protected set; }

    /// <summary>Whether any value may be null. When false, <see cref="Nulls"/> holds only false.</summary>
    public bool HasNulls { get; private set; }

    /// <summary>A mark for each value, true where it is null; <see cref="Length"/> long. Empty while <see cref="HasNulls"/> is false.</summary>
    public ReadOnlySpan<bool> Nulls => HasNulls ? _nulls.AsSpan(0, Length) : default;

    /// <summary>Whether the value at <paramref name="row"/> is null.</summary>
    public bool IsNull(int row) => HasNulls && _nulls[row];

    /// <summary>Marks the value at <paramref name="row"/> as null.</summary>
    public void SetNull(int row)
    {
        EnsureNulls();
        _nulls[row] = true;
    }

    /// <summary>The marks to write to, <see cref="Length"/> long; sets <see cref="HasNulls"/>.</summary>
    public Span<bool> WritableNulls()
    {
        EnsureNulls();
        return _nulls.AsSpan(0, Length);
    }

    /// <summary>Declares that no value is null.</summary>
    public void ClearNulls() => HasNulls = false;

    /// <summary>Empties the column and makes it <paramref name="length"/> values long, none null, their content undefined.</summary>
    public abstract void Reset(int length);

    /// <summary>
    /// Empties the column for good and lends its memory to others of this process, as of the next job. Nobody may hold what it gave out.
    /// </summary>
    internal abstract void Release();

    /// <summary>Keeps the values at <paramref name="rows"/> (ascending) and drops the others, in place.</summary>
    public abstract void Compact(ReadOnlySpan<int> rows);

    /// <summary>The value at <paramref name="row"/> as an object, for messages and rejects; never on the scoring path.</summary>
    public abstract object? GetValue(int row);

    /// <summary>Makes an empty column of the type that <paramref name="field"/> names.</summary>
    public static Column Create(Field field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.Type switch
        {
            DataType.Bool => new Column<bool>(field),
            DataType.Int32 or DataType.Date => new Column<int>(field),
            DataType.Int64 or DataType.Timestamp => new Column<long>(field),
            DataType.Float32 => new Column<float>(field),
            DataType.Float64 => new Column<double>(field),
            DataType.Decimal => new Column<decimal>(field),
            DataType.String => new Utf8Column(field),
            _ => throw new ArgumentOutOfRangeException(nameof(field), field.Type, "There is no column of this type."),
        };
    }

    private protected void ResetNulls() => HasNulls = false;

    private protected void CompactNulls(ReadOnlySpan<int> rows)
    {
        if (!HasNulls)
            return;
        bool any = false;
        for (int i = 0; i < rows.Length; i++)
            any |= _nulls[i] = _nulls[rows[i]];
        HasNulls = any;
    }

    private void EnsureNulls()
    {
        if (HasNulls)
            return;
        if (_nulls.Length < Length)
            _nulls = new bool[GrowthOf(_nulls.Length, Length)];
        else
            _nulls.AsSpan(0, Length).Clear();
        HasNulls = true;
    }

    /// <summary>Memory of at least <paramref name="length"/> for values that need not be kept; undefined.</summary>
    /// <remarks>What it replaces is left to the collector, since somebody may still look at it; only <see cref="Release"/> says that nobody does.</remarks>
    private protected static void Grow<T>(ref T[] memory, int length)
    {
        if (memory.Length < length)
            memory = ArrayPool<T>.Shared.Rent(GrowthOf(memory.Length, length));
    }

    /// <summary>Gives memory back that was made by <see cref="Grow"/>.</summary>
    private protected static void Return<T>(ref T[] memory)
    {
        if (memory.Length > 0)
            ArrayPool<T>.Shared.Return(memory);
        memory = [];
    }

    private protected static int GrowthOf(int capacity, int needed) =>
        (int)Math.Min(Array.MaxLength, Math.Max(needed, capacity + ((long)capacity >> 1)));
}
