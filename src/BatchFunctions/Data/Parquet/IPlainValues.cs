namespace BatchFunctions.Data.Parquet;

/// <summary>Reads plainly encoded values of one physical type.</summary>
/// <typeparam name="T">The type that the values are held as.</typeparam>
internal interface IPlainValues<T>
    where T : unmanaged
{
    /// <summary>The bytes in a value; 0 where that is not a whole or a fixed number.</summary>
    /// <param name="typeLength">The column's <see cref="ParquetColumn.TypeLength"/>.</param>
    static abstract int Size(int typeLength);

    /// <summary>Reads values.</summary>
    /// <param name="source">The encoded values; more bytes may stand behind them.</param>
    /// <param name="typeLength">The column's <see cref="ParquetColumn.TypeLength"/>.</param>
    /// <param name="values">Where they go.</param>
    /// <exception cref="DamagedParquetException">There are too few bytes.</exception>
    static abstract void Read(ReadOnlySpan<byte> source, int typeLength, Span<T> values);
}
