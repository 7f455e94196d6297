namespace BatchFunctions.Data;

/// <summary>Which types a stored column can be read as.</summary>
internal static class TypeConversions
{
    /// <summary>
    /// Whether a column stored as <paramref name="stored"/> can be read as <paramref name="wanted"/>; single values may still not fit, which
    /// makes rejects of their records.
    /// </summary>
    public static bool CanRead(DataType stored, DataType wanted) =>
        stored == wanted || (stored, wanted) switch
        {
            (_, DataType.String) => true,
            (DataType.String, _) => false,
            (DataType.Bool or DataType.Int32 or DataType.Int64 or DataType.Float32 or DataType.Float64 or DataType.Decimal,
             DataType.Int32 or DataType.Int64 or DataType.Float32 or DataType.Float64 or DataType.Decimal) => true,
            (DataType.Date, DataType.Timestamp) => true,
            _ => false,
        };

    /// <summary>The name of a type as files and messages have it.</summary>
    public static string NameOf(DataType type) => type.ToString().ToLowerInvariant();
}
