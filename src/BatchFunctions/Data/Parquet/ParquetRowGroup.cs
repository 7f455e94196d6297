namespace BatchFunctions.Data.Parquet;

/// <summary>A row group of a Parquet file.</summary>
/// <param name="FirstRow">The number, from 0, of its first row in the file.</param>
/// <param name="Rows">The number of its rows.</param>
/// <param name="Chunks">Its columns' chunks, in the order of the schema's leaves.</param>
internal sealed record ParquetRowGroup(long FirstRow, long Rows, ParquetChunk[] Chunks);
