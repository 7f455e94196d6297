using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>A number as the nearest floating-point number; one too large becomes infinite.</summary>
internal readonly struct NumberToFloat<TFrom, TTo> : IConversion<TFrom, TTo>
    where TFrom : INumberBase<TFrom>
    where TTo : IBinaryFloatingPointIeee754<TTo>
{
    public static bool TryConvert(TFrom value, int scale, out TTo result)
    {
        result = TTo.CreateTruncating(value);
        return true;
    }
}
