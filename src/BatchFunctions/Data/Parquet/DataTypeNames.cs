namespace BatchFunctions.Data.Parquet;

/// <summary>The names of types as pipelines and messages write them.</summary>
internal static class DataTypeNames
{
    public static string Of(DataType type) => type.ToString().ToLowerInvariant();
}
