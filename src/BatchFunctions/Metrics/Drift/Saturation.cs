using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BatchFunctions.Metrics.Drift;

/// <summary>Cuts integers down to the range of a narrower type: what lies beyond becomes its smallest or largest value.</summary>
internal static class Saturation
{
    /// <summary>Narrows <paramref name="values"/> into <paramref name="narrow"/>, which is as long.</summary>
    public static void Narrow<T, TNarrow>(ReadOnlySpan<T> values, Span<TNarrow> narrow)
        where T : unmanaged, IBinaryInteger<T>
        where TNarrow : unmanaged, IBinaryInteger<TNarrow>
    {
        int done = 0;
        ref T from = ref MemoryMarshal.GetReference(values);
        ref TNarrow to = ref MemoryMarshal.GetReference(narrow);
        if (Avx512F.IsSupported && typeof(T) == typeof(long) && typeof(TNarrow) == typeof(short))
            for (int width = Vector512<long>.Count; done + width <= values.Length; done += width)
                Avx512F.ConvertToVector128Int16WithSaturation(Vector512.LoadUnsafe(ref Unsafe.As<T, long>(ref from), (nuint)done))
                    .StoreUnsafe(ref Unsafe.As<TNarrow, short>(ref to), (nuint)done);
        for (int width = Vector256<TNarrow>.Count; done + width <= values.Length; done += width)
            Narrow<T, TNarrow>(ref Unsafe.Add(ref from, done)).StoreUnsafe(ref to, (nuint)done);
        for (; done < values.Length; done++)
            narrow[done] = TNarrow.CreateSaturating(values[done]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<TNarrow> Narrow<T, TNarrow>(ref T values)
        where T : unmanaged
        where TNarrow : unmanaged
    {
        if (typeof(T) == typeof(int) && typeof(TNarrow) == typeof(short))
            return ToInt16(ref Unsafe.As<T, int>(ref values)).As<short, TNarrow>();
        if (typeof(T) == typeof(long) && typeof(TNarrow) == typeof(int))
            return ToInt32(ref Unsafe.As<T, long>(ref values)).As<int, TNarrow>();
        if (typeof(T) == typeof(long) && typeof(TNarrow) == typeof(short))
            return Vector256.NarrowWithSaturation(
                ToInt32(ref Unsafe.As<T, long>(ref values)),
                ToInt32(ref Unsafe.Add(ref Unsafe.As<T, long>(ref values), Vector256<int>.Count))).As<short, TNarrow>();
        throw new NotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> ToInt16(ref int values) => Vector256.NarrowWithSaturation(
        Vector256.LoadUnsafe(ref values), Vector256.LoadUnsafe(ref values, (nuint)Vector256<int>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> ToInt32(ref long values) => Vector256.NarrowWithSaturation(
        Vector256.LoadUnsafe(ref values), Vector256.LoadUnsafe(ref values, (nuint)Vector256<long>.Count));
}
