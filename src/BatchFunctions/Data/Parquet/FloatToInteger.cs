using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>A floating-point number as an integer, where it is one and fits.</summary>
internal readonly struct FloatToInteger<TFrom, TTo> : IConversion<TFrom, TTo>
    where TFrom : IBinaryFloatingPointIeee754<TFrom>
    where TTo : IBinaryInteger<TTo>, IMinMaxValue<TTo>
{
    public static bool TryConvert(TFrom value, int scale, out TTo result)
    {
        // The smallest integer is a power of two and exact; minus it is the first that no longer fits.
        TFrom smallest = TFrom.CreateTruncating(TTo.MinValue);
        bool fits = TFrom.IsInteger(value) && value >= smallest && value < -smallest;
        result = fits ? TTo.CreateTruncating(value) : TTo.Zero;
        return fits;
    }
}
