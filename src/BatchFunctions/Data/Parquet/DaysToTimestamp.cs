namespace BatchFunctions.Data.Parquet;

/// <summary>A date as the first moment of its day.</summary>
internal readonly struct DaysToTimestamp : IConversion<int, long>
{
    public static bool TryConvert(int value, int scale, out long result)
    {
        result = value * 86_400_000_000;
        return value is > -106_751_992 and < 106_751_992;
    }
}
