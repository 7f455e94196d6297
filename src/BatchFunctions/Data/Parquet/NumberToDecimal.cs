using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>A number as a decimal, where it fits.</summary>
internal readonly struct NumberToDecimal<TFrom> : IConversion<TFrom, decimal>
    where TFrom : INumberBase<TFrom>
{
    public static bool TryConvert(TFrom value, int scale, out decimal result)
    {
        try
        {
            result = decimal.CreateChecked(value);
            return true;
        }
        catch (OverflowException)
        {
            result = 0;
            return false;
        }
    }
}
