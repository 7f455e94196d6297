using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>
/// An unscaled decimal as a decimal. One of more than 96 bits loses decimal places, rounded half to even; one whose whole part has more
/// does not fit.
/// </summary>
internal readonly struct UnscaledToDecimal<TFrom> : IConversion<TFrom, decimal>
    where TFrom : IBinaryInteger<TFrom>
{
    public static bool TryConvert(TFrom value, int scale, out decimal result)
    {
        bool negative = TFrom.IsNegative(value);
        UInt128 magnitude = UInt128.CreateTruncating(negative ? -Int128.CreateTruncating(value) : Int128.CreateTruncating(value));
        if (magnitude >> 96 != 0 && !TryShorten(ref magnitude, ref scale))
        {
            result = 0;
            return false;
        }

        result = new decimal((int)(uint)magnitude, (int)(uint)(magnitude >> 32), (int)(uint)(magnitude >> 64), negative, (byte)scale);
        return true;
    }

    private static bool TryShorten(ref UInt128 magnitude, ref int scale)
    {
        UInt128 power = 1, rounded = magnitude;
        while (scale > 0 && rounded >> 96 != 0)
        {
            power *= 10;
            scale--;
            (rounded, UInt128 rest) = UInt128.DivRem(magnitude, power);
            UInt128 half = power / 2;
            if (rest > half || (rest == half && UInt128.IsOddInteger(rounded)))
                rounded++;
        }

        magnitude = rounded;
        return rounded >> 96 == 0;
    }
}
