namespace BatchFunctions.Data.Parquet;

/// <summary>A 12-byte timestamp as microseconds.</summary>
internal readonly struct Int96ToTimestamp : IConversion<Int96, long>
{
    public static bool TryConvert(Int96 value, int scale, out long result)
    {
        result = value.ToMicroseconds();

        // Years 0 to 9999 and then some: far from where the product overflows.
        return value.JulianDay is > 0 and < 100_000_000;
    }
}
