namespace BatchFunctions.Data.Parquet;

/// <summary>Turns a value as it stands in the file into the type wanted.</summary>
internal interface IConversion<TFrom, TTo>
{
    /// <summary>Converts one value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="scale">The column's decimal places, where it is a decimal.</param>
    /// <param name="result">The value as the type wanted.</param>
    /// <returns>False where the value does not fit the type wanted.</returns>
    static abstract bool TryConvert(TFrom value, int scale, out TTo result);
}
