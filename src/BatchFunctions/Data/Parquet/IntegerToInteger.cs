using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>An integer as another type of integer, where it fits.</summary>
internal readonly struct IntegerToInteger<TFrom, TTo> : IConversion<TFrom, TTo>
    where TFrom : IBinaryInteger<TFrom>
    where TTo : IBinaryInteger<TTo>
{
    public static bool TryConvert(TFrom value, int scale, out TTo result)
    {
        result = TTo.CreateTruncating(value);
        return TFrom.CreateTruncating(result) == value && TTo.IsNegative(result) == TFrom.IsNegative(value);
    }
}
