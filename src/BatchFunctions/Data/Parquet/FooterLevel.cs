namespace BatchFunctions.Data.Parquet;

/// <summary>The structs of a footer that tell positions in the file.</summary>
internal enum FooterLevel
{
    /// <summary><c>RowGroup</c>.</summary>
    RowGroup,

    /// <summary><c>ColumnChunk</c>.</summary>
    Chunk,

    /// <summary><c>ColumnMetaData</c>.</summary>
    ChunkMetadata,
}
