using System.Buffers.Binary;

namespace BatchFunctions.Data.Parquet;

/// <summary>Fetches and reads a file's footer with reads of its end only.</summary>
internal static class FooterReader
{
    // Holds the footer of all but the widest files, so that one read is enough.
    private const int TailLength = 64 << 10;
    private const int TrailerLength = 8;
    private const int SmallestFile = 12;

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    private static ReadOnlySpan<byte> EncryptedMagic => "PARE"u8;

    /// <summary>Reads the footer of <paramref name="file"/>.</summary>
    /// <exception cref="DamagedParquetException">The file is empty, truncated, damaged or not Parquet.</exception>
    /// <exception cref="UnsupportedParquetException">The file goes beyond the limits or is encrypted.</exception>
    public static async Task<ParquetFooter> ReadAsync(SourceFile file, CancellationToken cancellationToken, bool statistics = false)
    {
        (ReadOnlyMemory<byte> footer, long start) = await ReadBytesAsync(file, cancellationToken);
        return FooterParser.Parse(footer.Span, start, statistics);
    }

    /// <summary>Reads the bytes of a file's footer, without its length and the magic bytes behind it, and the position where it starts.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public static async Task<(ReadOnlyMemory<byte> Footer, long Start)> ReadBytesAsync(SourceFile file, CancellationToken cancellationToken)
    {
        if (file.Length == 0)
            throw new DamagedParquetException("is empty; even a Parquet file without rows has a footer. Write it again, or leave it out");
        byte[] tail = new byte[Math.Min(file.Length, TailLength)];
        long tailStart = file.Length - tail.Length;
        await file.Store.ReadAsync(file.Key, tailStart, tail, file.ETag, cancellationToken);
        if (file.Length < SmallestFile || !tail.AsSpan().EndsWith(Magic))
            throw await ExplainAsync(file, tail, cancellationToken);

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(tail.Length - TrailerLength));
        if (length > file.Length - SmallestFile)
            throw new DamagedParquetException("is damaged: its footer is said to be longer than the file. Copy it again");
        if (length > ParquetLimits.FooterBytes)
            throw new UnsupportedParquetException(
                $"has a footer of {length} bytes, more than the limit of {ParquetLimits.FooterBytes}; write it with fewer row groups");

        long start = file.Length - TrailerLength - length;
        if (start >= tailStart)
            return (tail.AsMemory((int)(start - tailStart), (int)length), start);
        byte[] footer = new byte[length];
        int missing = (int)(tailStart - start);
        await file.Store.ReadAsync(file.Key, start, footer.AsMemory(0, missing), file.ETag, cancellationToken);
        tail.AsSpan(0, tail.Length - TrailerLength).CopyTo(footer.AsSpan(missing));
        return (footer, start);
    }

    private static async Task<Exception> ExplainAsync(SourceFile file, byte[] tail, CancellationToken cancellationToken)
    {
        if (tail.AsSpan().EndsWith(EncryptedMagic))
            return new UnsupportedParquetException("is encrypted; encrypted Parquet is not read, decrypt it first");
        byte[] head = new byte[Math.Min(Magic.Length, file.Length)];
        await file.Store.ReadAsync(file.Key, 0, head, file.ETag, cancellationToken);
        return Magic.StartsWith(head)
            ? new DamagedParquetException("is truncated: it has no Parquet footer. Copy it again")
            : new DamagedParquetException("is not a Parquet file: it has no Parquet footer. Name a Parquet file, or the file's real format");
    }
}
