using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>An unscaled decimal as a decimal, where it has no more than 96 bits.</summary>
internal readonly struct UnscaledToDecimal<TFrom> : IConversion<TFrom, decimal>
    where TFrom : IBinaryInteger<TFrom>
{
    public static bool TryConvert(TFrom value, int scale, out decimal result)
    {
        UInt128 magnitude = UInt128.CreateTruncating(TFrom.IsNegative(value) ? -Int128.CreateTruncating(value) : Int128.CreateTruncating(value));
        if (magnitude >> 96 != 0)
        {
            result = 0;
            return false;
        }

        result = new decimal((int)(uint)magnitude, (int)(uint)(magnitude >> 32), (int)(uint)(magnitude >> 64), TFrom.IsNegative(value), (byte)scale);
        return true;
    }
}
