using BatchFunctions.Data.Text;

namespace BatchFunctions.Data.Parquet;

/// <summary>Chooses how text becomes values of a type.</summary>
internal static class ReadingDecoders
{
    /// <summary>Makes the decoder.</summary>
    /// <param name="source">A column of text.</param>
    /// <param name="text">What decodes the text.</param>
    /// <param name="wanted">The type wanted.</param>
    /// <param name="nulls">The texts that stand for a missing value.</param>
    public static ChunkDecoder Create(ParquetColumn source, TextDecoder text, DataType wanted, IReadOnlyList<string> nulls) => wanted switch
    {
        DataType.Bool => new ReadingDecoder<bool, BoolCell>(source, text, nulls),
        DataType.Int32 => new ReadingDecoder<int, Int32Cell>(source, text, nulls),
        DataType.Int64 => new ReadingDecoder<long, Int64Cell>(source, text, nulls),
        DataType.Float32 => new ReadingDecoder<float, Float32Cell>(source, text, nulls),
        DataType.Float64 => new ReadingDecoder<double, Float64Cell>(source, text, nulls),
        DataType.Decimal => new ReadingDecoder<decimal, DecimalCell>(source, text, nulls),
        DataType.Date => new ReadingDecoder<int, DateCell>(source, text, nulls),
        DataType.Timestamp => new ReadingDecoder<long, TimestampCell>(source, text, nulls),
        _ => text,
    };
}
