using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BatchFunctions.Data;
using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Models;

/// <summary>
/// An input of numbers, row by row. Columns are converted a block at a time into memory that stays in the first-level cache, and from
/// there woven into rows.
/// </summary>
/// <typeparam name="T">The tensor's element; a byte of 0 or 1 for booleans.</typeparam>
internal sealed class NumericInputBuffer<T> : InputBuffer
    where T : unmanaged, INumber<T>
{
    private const int BlockRows = 256;
    private readonly T[] _rows;
    private readonly T[] _block;
    private readonly double[] _unscaled;

    public NumericInputBuffer(ModelInput input, FeatureSource[] sources, int rows)
        : base(input, sources)
    {
        _rows = GC.AllocateUninitializedArray<T>(checked(rows * sources.Length), pinned: true);
        _block = sources.Length == 1 ? [] : new T[BlockRows * sources.Length];
        _unscaled = sources.Any(s => s.Feature.Scale is not null) ? new double[BlockRows] : [];
    }

    public override OrtValue CreateTensor(int rows) => TensorElement.Over(_rows, Input.Type, ShapeOf(rows));

    public override void Fill(RecordBatch batch, int start, int count, OrtValue tensor, int rows)
    {
        int width = Sources.Length;
        if (width == 1)
        {
            for (int done = 0; done < count; done += BlockRows)
                Take(Sources[0], batch, start + done, _rows.AsSpan(done, Math.Min(BlockRows, count - done)));
        }
        else
        {
            for (int done = 0; done < count; done += BlockRows)
            {
                int n = Math.Min(BlockRows, count - done);
                for (int f = 0; f < width; f++)
                    Take(Sources[f], batch, start + done, _block.AsSpan(f * BlockRows, n));
                Weave(_block, _rows.AsSpan(done * width, n * width), n, width);
            }
        }

        ReadOnlySpan<T> last = _rows.AsSpan((count - 1) * width, width);
        for (int i = count; i < rows; i++)
            last.CopyTo(_rows.AsSpan(i * width, width));
    }

    private void Take(FeatureSource source, RecordBatch batch, int start, Span<T> values)
    {
        if (source.Feature.Scale is not { } scale)
        {
            Read(source, batch, start, values);
            return;
        }

        Span<double> unscaled = _unscaled.AsSpan(0, values.Length);
        NumericInputBuffer<double>.Read(source, batch, start, unscaled);
        TensorPrimitives.Subtract(unscaled, scale.Mean, unscaled);
        TensorPrimitives.Divide(unscaled, scale.Std, unscaled);
        TensorPrimitives.ConvertTruncating<double, T>(unscaled, values);
    }

    private static void Weave(ReadOnlySpan<T> block, Span<T> rows, int count, int width)
    {
        ref T from = ref MemoryMarshal.GetReference(block);
        ref T to = ref MemoryMarshal.GetReference(rows);
        int f = 0;
        if (typeof(T) == typeof(float))
        {
            for (; f + 4 <= width; f += 4)
                WeaveFour(ref Unsafe.As<T, float>(ref Unsafe.Add(ref from, f * BlockRows)), ref Unsafe.As<T, float>(ref Unsafe.Add(ref to, f)), count, width);
        }

        for (; f < width; f++)
            for (int i = 0; i < count; i++)
                Unsafe.Add(ref to, (i * width) + f) = Unsafe.Add(ref from, (f * BlockRows) + i);
    }

    private static void WeaveFour(ref float from, ref float to, int count, int width)
    {
        for (int i = 0; i < count; i++)
        {
            Vector128.Create(
                Unsafe.Add(ref from, i),
                Unsafe.Add(ref from, BlockRows + i),
                Unsafe.Add(ref from, (2 * BlockRows) + i),
                Unsafe.Add(ref from, (3 * BlockRows) + i)).StoreUnsafe(ref Unsafe.Add(ref to, i * width));
        }
    }

    /// <summary>Converts the values of a block, missing ones filled in and categories encoded, but not scaled.</summary>
    internal static void Read(FeatureSource source, RecordBatch batch, int start, Span<T> values)
    {
        Column column = batch.Columns[source.Column];
        if (source.IsEncoded)
        {
            Encode(source, column, start, values);
            return;
        }

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

    private static void Encode(FeatureSource source, Column column, int start, Span<T> values)
    {
        T unseen = T.CreateTruncating(source.Unseen), fill = T.CreateTruncating(source.Fill);
        if (column is Utf8Column text)
        {
            Utf8Lookup codes = source.TextCodes!;
            ReadOnlySpan<byte> bytes = text.Bytes;
            ReadOnlySpan<int> offsets = text.Offsets.Slice(start, values.Length + 1);
            for (int i = 0; i < values.Length; i++)
            {
                int code = codes.Find(bytes[offsets[i]..offsets[i + 1]]);
                values[i] = code >= 0 ? T.CreateTruncating(code) : unseen;
            }

            if (column.HasNulls)
            {
                ReadOnlySpan<bool> nulls = column.Nulls.Slice(start, values.Length);
                for (int i = 0; i < values.Length; i++)
                    values[i] = nulls[i] ? fill : values[i];
            }

            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            int row = start + i;
            bool missing = column.IsNull(row) || column is Column<double> wide && double.IsNaN(wide.Values[row]) || column is Column<float> narrow && float.IsNaN(narrow.Values[row]);
            values[i] = missing ? fill : FeatureSource.WholeNumber(column, row) is { } value && source.CodeOf(value) is >= 0 and int code ? T.CreateTruncating(code) : unseen;
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
