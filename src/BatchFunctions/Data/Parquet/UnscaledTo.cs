namespace BatchFunctions.Data.Parquet;

/// <summary>An unscaled decimal, first as a decimal and then as the type wanted.</summary>
internal readonly struct UnscaledTo<TFrom, TTo, TConversion> : IConversion<TFrom, TTo>
    where TFrom : System.Numerics.IBinaryInteger<TFrom>
    where TConversion : IConversion<decimal, TTo>
{
    public static bool TryConvert(TFrom value, int scale, out TTo result)
    {
        if (UnscaledToDecimal<TFrom>.TryConvert(value, scale, out decimal number))
            return TConversion.TryConvert(number, 0, out result);
        result = default!;
        return false;
    }
}
