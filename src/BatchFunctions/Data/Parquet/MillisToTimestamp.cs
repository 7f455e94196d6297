namespace BatchFunctions.Data.Parquet;

/// <summary>Milliseconds as microseconds.</summary>
internal readonly struct MillisToTimestamp : IConversion<long, long>
{
    public static bool TryConvert(long value, int scale, out long result)
    {
        result = unchecked(value * 1000);
        return value is >= long.MinValue / 1000 and <= long.MaxValue / 1000;
    }
}
