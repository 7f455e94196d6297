namespace BatchFunctions.Data.Parquet;

/// <summary>The value as it is.</summary>
internal readonly struct Identity<T> : IConversion<T, T>
{
    public static bool TryConvert(T value, int scale, out T result)
    {
        result = value;
        return true;
    }
}
