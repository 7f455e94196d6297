using System.Numerics;

namespace BatchFunctions.Data.Parquet;

/// <summary>Chooses the decoder that turns a column of a file into the type wanted.</summary>
internal static class ChunkDecoders
{
    /// <summary>Makes the decoder, or returns null where the column's type cannot become the one wanted.</summary>
    /// <param name="source">A readable column.</param>
    /// <param name="wanted">The type wanted.</param>
    /// <param name="buffers">Memory that the reader's decoders share.</param>
    /// <param name="nullTexts">What stands for a missing value where text is read as something else; null where it is not.</param>
    public static ChunkDecoder? Create(ParquetColumn source, DataType wanted, PageBuffers buffers, IReadOnlyList<string>? nullTexts = null)
    {
        if (source.Kind == ColumnKind.Nothing)
            return new NothingDecoder(source);
        if (source.Kind is ColumnKind.Text or ColumnKind.Uuid)
        {
            var text = new TextDecoder(source, buffers);
            return wanted == DataType.String ? text : nullTexts is null ? null : ReadingDecoders.Create(source, text, wanted, nullTexts);
        }

        if (wanted == DataType.String)
        {
            DataType type = source.Type!.Value;
            ChunkDecoder inner = Create(source, type, buffers)!;
            return new FormattingDecoder(source, inner, Column.Create(new Field(source.Name, type)));
        }

        return source.Kind switch
        {
            ColumnKind.Bool => FromBool(source, wanted, buffers),
            ColumnKind.Int32 => FromInteger<int>(source, wanted, buffers),
            ColumnKind.UInt32 => FromInteger<uint>(source, wanted, buffers),
            ColumnKind.Int64 => FromInteger<long>(source, wanted, buffers),
            ColumnKind.UInt64 => FromInteger<ulong>(source, wanted, buffers),
            ColumnKind.Float32 => FromFloat<float>(source, wanted, buffers),
            ColumnKind.Float64 => FromFloat<double>(source, wanted, buffers),
            ColumnKind.Decimal => FromDecimal(source, wanted, buffers),
            ColumnKind.Date => FromDate(source, wanted, buffers),
            _ => wanted == DataType.Timestamp ? FromTimestamp(source, buffers) : null,
        };
    }

    private static ChunkDecoder? FromBool(ParquetColumn source, DataType wanted, PageBuffers buffers) => wanted switch
    {
        DataType.Bool => new FixedDecoder<bool, PlainBooleans, bool, Identity<bool>>(source, buffers),
        DataType.Int32 => new FixedDecoder<bool, PlainBooleans, int, BoolToNumber<int>>(source, buffers),
        DataType.Int64 => new FixedDecoder<bool, PlainBooleans, long, BoolToNumber<long>>(source, buffers),
        DataType.Float32 => new FixedDecoder<bool, PlainBooleans, float, BoolToNumber<float>>(source, buffers),
        DataType.Float64 => new FixedDecoder<bool, PlainBooleans, double, BoolToNumber<double>>(source, buffers),
        DataType.Decimal => new FixedDecoder<bool, PlainBooleans, decimal, BoolToNumber<decimal>>(source, buffers),
        _ => null,
    };

    private static ChunkDecoder? FromInteger<T>(ParquetColumn source, DataType wanted, PageBuffers buffers)
        where T : unmanaged, IBinaryInteger<T> => wanted switch
        {
            DataType.Bool => new FixedDecoder<T, PlainNumbers<T>, bool, NumberToBool<T>>(source, buffers),
            DataType.Int32 when typeof(T) == typeof(int) => new FixedDecoder<int, PlainNumbers<int>, int, Identity<int>>(source, buffers),
            DataType.Int64 when typeof(T) == typeof(long) => new FixedDecoder<long, PlainNumbers<long>, long, Identity<long>>(source, buffers),
            DataType.Int32 => new FixedDecoder<T, PlainNumbers<T>, int, IntegerToInteger<T, int>>(source, buffers),
            DataType.Int64 => new FixedDecoder<T, PlainNumbers<T>, long, IntegerToInteger<T, long>>(source, buffers),
            DataType.Float32 => new FixedDecoder<T, PlainNumbers<T>, float, NumberToFloat<T, float>>(source, buffers),
            DataType.Float64 => new FixedDecoder<T, PlainNumbers<T>, double, NumberToFloat<T, double>>(source, buffers),
            DataType.Decimal => new FixedDecoder<T, PlainNumbers<T>, decimal, NumberToDecimal<T>>(source, buffers),
            _ => null,
        };

    private static ChunkDecoder? FromFloat<T>(ParquetColumn source, DataType wanted, PageBuffers buffers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => wanted switch
        {
            DataType.Bool => new FixedDecoder<T, PlainNumbers<T>, bool, NumberToBool<T>>(source, buffers),
            DataType.Int32 => new FixedDecoder<T, PlainNumbers<T>, int, FloatToInteger<T, int>>(source, buffers),
            DataType.Int64 => new FixedDecoder<T, PlainNumbers<T>, long, FloatToInteger<T, long>>(source, buffers),
            DataType.Float32 when typeof(T) == typeof(float) => new FixedDecoder<float, PlainNumbers<float>, float, Identity<float>>(source, buffers),
            DataType.Float64 when typeof(T) == typeof(double) => new FixedDecoder<double, PlainNumbers<double>, double, Identity<double>>(source, buffers),
            DataType.Float32 => new FixedDecoder<T, PlainNumbers<T>, float, NumberToFloat<T, float>>(source, buffers),
            DataType.Float64 => new FixedDecoder<T, PlainNumbers<T>, double, NumberToFloat<T, double>>(source, buffers),
            DataType.Decimal => new FixedDecoder<T, PlainNumbers<T>, decimal, NumberToDecimal<T>>(source, buffers),
            _ => null,
        };

    private static ChunkDecoder? FromDecimal(ParquetColumn source, DataType wanted, PageBuffers buffers) => source.Physical switch
    {
        PhysicalType.Int32 => FromUnscaled<int, PlainNumbers<int>>(source, wanted, buffers),
        PhysicalType.Int64 => FromUnscaled<long, PlainNumbers<long>>(source, wanted, buffers),
        PhysicalType.ByteArray => FromUnscaled<Int128, PlainVariableDecimals>(source, wanted, buffers),
        _ => FromUnscaled<Int128, PlainFixedDecimals>(source, wanted, buffers),
    };

    private static ChunkDecoder? FromUnscaled<T, TPlain>(ParquetColumn source, DataType wanted, PageBuffers buffers)
        where T : unmanaged, IBinaryInteger<T>
        where TPlain : IPlainValues<T> => wanted switch
        {
            DataType.Decimal => new FixedDecoder<T, TPlain, decimal, UnscaledToDecimal<T>>(source, buffers),
            DataType.Int32 => new FixedDecoder<T, TPlain, int, UnscaledTo<T, int, DecimalToInteger<int>>>(source, buffers),
            DataType.Int64 => new FixedDecoder<T, TPlain, long, UnscaledTo<T, long, DecimalToInteger<long>>>(source, buffers),
            DataType.Float32 => new FixedDecoder<T, TPlain, float, UnscaledTo<T, float, NumberToFloat<decimal, float>>>(source, buffers),
            DataType.Float64 => new FixedDecoder<T, TPlain, double, UnscaledTo<T, double, NumberToFloat<decimal, double>>>(source, buffers),
            DataType.Bool => new FixedDecoder<T, TPlain, bool, UnscaledTo<T, bool, NumberToBool<decimal>>>(source, buffers),
            _ => null,
        };

    private static ChunkDecoder? FromDate(ParquetColumn source, DataType wanted, PageBuffers buffers) => wanted switch
    {
        DataType.Date => new FixedDecoder<int, PlainNumbers<int>, int, Identity<int>>(source, buffers),
        DataType.Timestamp => new FixedDecoder<int, PlainNumbers<int>, long, DaysToTimestamp>(source, buffers),
        _ => null,
    };

    private static ChunkDecoder FromTimestamp(ParquetColumn source, PageBuffers buffers) => source.Kind switch
    {
        ColumnKind.TimestampMillis => new FixedDecoder<long, PlainNumbers<long>, long, MillisToTimestamp>(source, buffers),
        ColumnKind.TimestampMicros => new FixedDecoder<long, PlainNumbers<long>, long, Identity<long>>(source, buffers),
        ColumnKind.TimestampNanos => new FixedDecoder<long, PlainNumbers<long>, long, NanosToTimestamp>(source, buffers),
        _ => new FixedDecoder<Int96, PlainNumbers<Int96>, long, Int96ToTimestamp>(source, buffers),
    };
}
