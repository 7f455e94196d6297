namespace BatchFunctions.Data.Parquet;

/// <summary>Nanoseconds as microseconds, rounded down.</summary>
internal readonly struct NanosToTimestamp : IConversion<long, long>
{
    public static bool TryConvert(long value, int scale, out long result)
    {
        result = Floor(value, 1000);
        return true;
    }

    /// <summary>The quotient of two numbers, rounded down.</summary>
    public static long Floor(long value, long divisor)
    {
        (long quotient, long rest) = Math.DivRem(value, divisor);
        return rest < 0 ? quotient - 1 : quotient;
    }
}
