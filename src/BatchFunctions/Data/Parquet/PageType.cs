namespace BatchFunctions.Data.Parquet;

/// <summary>What a page holds. The numbers are the format's own (parquet.thrift, <c>PageType</c>).</summary>
internal enum PageType
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataV2 = 3,
}
