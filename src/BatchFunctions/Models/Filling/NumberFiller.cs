using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BatchFunctions.Data;

namespace BatchFunctions.Models.Filling;

/// <summary>A feature whose numbers go in themselves: missing ones filled in, clipped, scaled.</summary>
/// <typeparam name="T">The tensor's element; a byte of 0 or 1 for booleans.</typeparam>
internal sealed class NumberFiller<T>(FeatureSource source) : FeatureFiller<T>
    where T : unmanaged, INumber<T>
{
    private readonly T _constant = T.CreateTruncating(source.Finish(source.Fill));
    private readonly double[] _unfinished = source.Feature.Clip is null && source.Feature.Scale is null ? [] : new double[BlockRows];

    public override void Fill(RecordBatch batch, int start, int count, Span<T> lanes)
    {
        Span<T> values = lanes[..count];
        if (source.Column < 0)
        {
            values.Fill(_constant);
            return;
        }

        Column column = batch.Columns[source.Column];
        if (_unfinished.Length == 0)
        {
            Read(source, column, start, values);
            return;
        }

        Span<double> unfinished = _unfinished.AsSpan(0, count);
        NumberFiller<double>.Read(source, column, start, unfinished);
        if (source.Feature.Clip is { } clip)
            TensorPrimitives.Clamp(unfinished, clip.Min ?? double.NegativeInfinity, clip.Max ?? double.PositiveInfinity, unfinished);
        if (source.Feature.Scale is { } scale)
        {
            TensorPrimitives.Subtract(unfinished, scale.Offset, unfinished);
            TensorPrimitives.Divide(unfinished, scale.Divisor, unfinished);
        }

        TensorPrimitives.ConvertTruncating<double, T>(unfinished, values);
    }

    /// <summary>Converts the values of a block, missing ones filled in, but neither clipped nor scaled.</summary>
    internal static void Read(FeatureSource source, Column column, int start, Span<T> values)
    {
        bool floating = false;
        switch (column)
        {
            case Column<double> c:
                TensorPrimitives.ConvertTruncating<double, T>(c.Values.Slice(start, values.Length), values);
                floating = true;
                break;
            case Column<float> c:
                TensorPrimitives.ConvertTruncating<float, T>(c.Values.Slice(start, values.Length), values);
                floating = true;
                break;
            case Column<long> c:
                Convert(c.Values.Slice(start, values.Length), values);
                break;
            case Column<int> c:
                TensorPrimitives.ConvertTruncating<int, T>(c.Values.Slice(start, values.Length), values);
                break;
            case Column<bool> c:
                TensorPrimitives.ConvertTruncating<byte, T>(MemoryMarshal.Cast<bool, byte>(c.Values.Slice(start, values.Length)), values);
                break;
            default:
                throw new InvalidOperationException($"The column '{column.Field.Name}' of type {column.Field.Type} is no number.");
        }

        if (source.Missing is MissingPolicy.Reject || (typeof(T) != typeof(float) && typeof(T) != typeof(double) && source.Missing is MissingPolicy.Nan))
            return;
        T fill = T.CreateTruncating(source.Fill);
        if (column.HasNulls)
        {
            ReadOnlySpan<bool> nulls = column.Nulls.Slice(start, values.Length);
            for (int i = 0; i < values.Length; i++)
                values[i] = nulls[i] ? fill : values[i];
        }

        if (floating && source.Missing is MissingPolicy.Impute)
            FillNaN(column, start, values, fill);
    }

    // An integer tensor has lost the NaN by now, so the column itself is asked.
    private static void FillNaN(Column column, int start, Span<T> values, T fill)
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = T.IsNaN(values[i]) ? fill : values[i];
        }
        else if (column is Column<double> wide)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = double.IsNaN(wide.Values[start + i]) ? fill : values[i];
        }
        else if (column is Column<float> narrow)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = float.IsNaN(narrow.Values[start + i]) ? fill : values[i];
        }
    }

    private static void Convert(ReadOnlySpan<long> from, Span<T> to)
    {
        int i = 0;
        if (typeof(T) == typeof(float) && Avx512DQ.IsSupported)
        {
            ref long source = ref MemoryMarshal.GetReference(from);
            ref float target = ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(to));
            for (; i + 8 <= from.Length; i += 8)
                Avx512DQ.ConvertToVector256Single(Vector512.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        TensorPrimitives.ConvertTruncating<long, T>(from[i..], to[i..]);
    }
}
