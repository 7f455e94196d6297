using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>A decimal as an integer, where it is one and fits.</summary>
internal readonly struct DecimalToInteger<TTo> : IConversion<decimal, TTo>
    where TTo : IBinaryInteger<TTo>, IMinMaxValue<TTo>
{
    public static bool TryConvert(decimal value, int scale, out TTo result)
    {
        bool fits = decimal.IsInteger(value) && value >= decimal.CreateTruncating(TTo.MinValue) && value <= decimal.CreateTruncating(TTo.MaxValue);
        result = fits ? TTo.CreateTruncating(value) : TTo.Zero;
        return fits;
    }
}
