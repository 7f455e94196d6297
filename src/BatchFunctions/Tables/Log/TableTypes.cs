using System.Globalization;
using System.Text.Json;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;

namespace BatchFunctions.Tables.Log;

/// <summary>The names of types in a table's log.</summary>
internal static class TableTypes
{
    /// <summary>The name of a type.</summary>
    public static string NameOf(DataType type) => type switch
    {
        DataType.Bool => "boolean",
        DataType.Int32 => "integer",
        DataType.Int64 => "long",
        DataType.Float32 => "float",
        DataType.Float64 => "double",
        DataType.Decimal => string.Create(CultureInfo.InvariantCulture, $"decimal({DecimalEncoder.Precision},{DecimalEncoder.Scale})"),
        DataType.Date => "date",
        DataType.Timestamp => "timestamp",
        _ => "string",
    };

    /// <summary>The type that holds the values of a named one, or null where there is none.</summary>
    public static DataType? Parse(string name) => name switch
    {
        "boolean" => DataType.Bool,
        "byte" or "short" or "integer" => DataType.Int32,
        "long" => DataType.Int64,
        "float" => DataType.Float32,
        "double" => DataType.Float64,
        "date" => DataType.Date,
        "timestamp" or "timestamp_ntz" => DataType.Timestamp,
        "string" => DataType.String,
        _ when name.StartsWith("decimal(", StringComparison.Ordinal) => DataType.Decimal,
        _ => null,
    };

    /// <summary>The name of a column's type; of a nested one, its kind.</summary>
    public static string NameOf(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.String => type.GetString()!,
        JsonValueKind.Object when type.TryGetProperty("type", out JsonElement kind) && kind.ValueKind == JsonValueKind.String => kind.GetString()!,
        _ => "unknown",
    };
}
