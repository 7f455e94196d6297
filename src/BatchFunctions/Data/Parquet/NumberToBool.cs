using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>1 as true and 0 as false; no other number fits.</summary>
internal readonly struct NumberToBool<TFrom> : IConversion<TFrom, bool>
    where TFrom : INumberBase<TFrom>
{
    public static bool TryConvert(TFrom value, int scale, out bool result)
    {
        result = value == TFrom.One;
        return result || TFrom.IsZero(value);
    }
}
