using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BatchFunctions.Data;
using BatchFunctions.Models.Filling;
using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Models;

/// <summary>
/// An input of numbers, row by row. Features are converted a block at a time into memory that stays in the first-level cache, and from
/// there woven into rows.
/// </summary>
/// <typeparam name="T">The tensor's element; a byte of 0 or 1 for booleans.</typeparam>
internal sealed class NumericInputBuffer<T> : InputBuffer
    where T : unmanaged, INumber<T>
{
    private const int BlockRows = FeatureFiller<T>.BlockRows;
    private readonly T[] _rows;
    private readonly T[] _block;
    private readonly FeatureFiller<T>[] _fillers;

    public NumericInputBuffer(ModelInput input, FeatureSource[] sources, int rows)
        : base(input, sources)
    {
        _rows = GC.AllocateUninitializedArray<T>(checked(rows * input.Width), pinned: true);
        _block = input.Width == 1 ? [] : new T[BlockRows * input.Width];
        _fillers = [.. sources.Select(FeatureFiller<T>.For)];
    }

    public override OrtValue CreateTensor(int rows) => TensorElement.Over(_rows, Input.ElementType, ShapeOf(rows));

    public override void Fill(RecordBatch batch, int start, int count, OrtValue tensor, int rows)
    {
        int width = Input.Width;
        for (int done = 0; done < count; done += BlockRows)
        {
            int n = Math.Min(BlockRows, count - done);
            if (width == 1)
            {
                _fillers[0].Fill(batch, start + done, n, _rows.AsSpan(done, n));
                continue;
            }

            int lane = 0;
            for (int f = 0; f < _fillers.Length; f++)
            {
                int lanes = Sources[f].Feature.Width;
                _fillers[f].Fill(batch, start + done, n, _block.AsSpan(lane * BlockRows, lanes * BlockRows));
                lane += lanes;
            }

            Weave(_block, _rows.AsSpan(done * width, n * width), n, width);
        }

        ReadOnlySpan<T> last = _rows.AsSpan((count - 1) * width, width);
        for (int i = count; i < rows; i++)
            last.CopyTo(_rows.AsSpan(i * width, width));
    }

    private static void Weave(ReadOnlySpan<T> block, Span<T> rows, int count, int width)
    {
        ref T from = ref MemoryMarshal.GetReference(block);
        ref T to = ref MemoryMarshal.GetReference(rows);
        int lane = 0;
        if (typeof(T) == typeof(float))
        {
            for (; lane + 4 <= width; lane += 4)
                WeaveFour(ref Unsafe.As<T, float>(ref Unsafe.Add(ref from, lane * BlockRows)), ref Unsafe.As<T, float>(ref Unsafe.Add(ref to, lane)), count, width);
        }

        for (; lane < width; lane++)
            for (int i = 0; i < count; i++)
                Unsafe.Add(ref to, (i * width) + lane) = Unsafe.Add(ref from, (lane * BlockRows) + i);
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
}
