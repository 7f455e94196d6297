using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BatchFunctions.Data;

namespace BatchFunctions.Scoring;

/// <summary>Reads numeric columns of any type as double precision.</summary>
internal static class ColumnNumbers
{
    /// <summary>Reads some values of a column; NaN stands for one that is missing.</summary>
    /// <param name="column">A column of numbers, or of truth values, which are 1 and 0.</param>
    /// <param name="start">The first value.</param>
    /// <param name="numbers">Where they go.</param>
    public static void Read(Column column, int start, Span<double> numbers)
    {
        switch (column)
        {
            case Column<double> c:
                c.Values.Slice(start, numbers.Length).CopyTo(numbers);
                break;
            case Column<float> c:
                TensorPrimitives.ConvertTruncating<float, double>(c.Values.Slice(start, numbers.Length), numbers);
                break;
            case Column<long> c:
                TensorPrimitives.ConvertTruncating<long, double>(c.Values.Slice(start, numbers.Length), numbers);
                break;
            case Column<int> c:
                TensorPrimitives.ConvertTruncating<int, double>(c.Values.Slice(start, numbers.Length), numbers);
                break;
            case Column<decimal> c:
                for (int i = 0; i < numbers.Length; i++)
                    numbers[i] = (double)c.Values[start + i];
                break;
            case Column<bool> c:
                ReadOnlySpan<byte> truths = MemoryMarshal.AsBytes(c.Values.Slice(start, numbers.Length));
                for (int i = 0; i < numbers.Length; i++)
                    numbers[i] = truths[i];
                break;
            default:
                throw new ArgumentException($"'{column.Field.Name}' has no numbers.", nameof(column));
        }

        if (!column.HasNulls)
            return;
        ReadOnlySpan<bool> nulls = column.Nulls.Slice(start, numbers.Length);
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = nulls[i] ? double.NaN : numbers[i];
    }
}
