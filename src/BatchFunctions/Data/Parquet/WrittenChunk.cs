namespace BatchFunctions.Data.Parquet;

/// <summary>What the footer must tell about a chunk that was written.</summary>
internal readonly ref struct WrittenChunk
{
    /// <summary>The position of the chunk's first byte in the file.</summary>
    public required long Offset { get; init; }

    /// <summary>The length of the dictionary page with its header, 0 where there is none.</summary>
    public required int DictionaryLength { get; init; }

    /// <summary>The length of all pages with their headers.</summary>
    public required int Length { get; init; }

    /// <summary>The same before compression.</summary>
    public required long UncompressedLength { get; init; }

    public required int Values { get; init; }

    public required int Nulls { get; init; }

    /// <summary>The encoding of the values in the data pages.</summary>
    public required PageEncoding Encoding { get; init; }

    /// <summary>Whether the smallest and the largest value are told.</summary>
    public bool HasBounds { get; init; }

    /// <summary>The smallest value, plainly encoded without a length.</summary>
    public ReadOnlySpan<byte> Smallest { get; init; }

    /// <summary>The largest value, likewise.</summary>
    public ReadOnlySpan<byte> Largest { get; init; }
}
