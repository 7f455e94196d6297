namespace BatchFunctions.Data;

/// <summary>A column of fixed-width values. A null's value is undefined and must not be read.</summary>
/// <typeparam name="T">The type that <see cref="DataType"/> names for the column.</typeparam>
public sealed class Column<T> : Column
    where T : unmanaged
{
    private T[] _values = [];

    internal Column(Field field)
        : base(field)
    {
    }

    /// <summary>The values, <see cref="Column.Length"/> long.</summary>
    public Span<T> Values => _values.AsSpan(0, Length);

    /// <summary>The values' memory, for readers and writers that need one; <see cref="Column.Length"/> long.</summary>
    public Memory<T> Memory => _values.AsMemory(0, Length);

    /// <inheritdoc/>
    public override void Reset(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Grow(ref _values, length);
        Length = length;
        ResetNulls();
    }

    /// <inheritdoc/>
    internal override void Release()
    {
        Length = 0;
        Return(ref _values);
    }

    /// <inheritdoc/>
    public override void Compact(ReadOnlySpan<int> rows)
    {
        T[] values = _values;
        for (int i = 0; i < rows.Length; i++)
            values[i] = values[rows[i]];
        CompactNulls(rows);
        Length = rows.Length;
    }

    /// <inheritdoc/>
    public override object? GetValue(int row) =>
        IsNull(row) ? null : Field.Type switch
        {
            DataType.Date when CalendarValues.TryDate((int)(object)_values[row], out DateOnly date) => date,
            DataType.Timestamp when CalendarValues.TryTimestamp((long)(object)_values[row], out DateTime time) => time,
            _ => _values[row],
        };
}
