using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>True as 1, false as 0.</summary>
internal readonly struct BoolToNumber<TTo> : IConversion<bool, TTo>
    where TTo : INumberBase<TTo>
{
    public static bool TryConvert(bool value, int scale, out TTo result)
    {
        result = value ? TTo.One : TTo.Zero;
        return true;
    }
}
