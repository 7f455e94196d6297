namespace BatchFunctions.Data.Parquet;

/// <summary>The field numbers of the union <c>LogicalType</c> in parquet.thrift that are told apart here.</summary>
internal static class LogicalTypes
{
    public const short String = 1;
    public const short Enum = 4;
    public const short Decimal = 5;
    public const short Date = 6;
    public const short Time = 7;
    public const short Timestamp = 8;
    public const short Integer = 10;
    public const short Unknown = 11;
    public const short Json = 12;
    public const short Uuid = 14;
}
