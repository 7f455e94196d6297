using System.Buffers;

namespace BatchFunctions.Data.Text;

/// <summary>Makes one CSV file of several that <see cref="CsvRecordWriter"/> wrote with the same columns: their records behind one header, byte for byte.</summary>
internal static class CsvMerger
{
    private const int BlockBytes = 64 << 10;

    /// <summary>Merges files.</summary>
    /// <param name="files">The files, in the order of their rows.</param>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: a file has another header than the first.</exception>
    public static async Task MergeAsync(IReadOnlyList<SourceFile> files, Stream output, CancellationToken cancellationToken)
    {
        byte[] header = [];
        foreach (SourceFile file in files)
        {
            if (header.Length == 0)
            {
                header = await ReadHeaderAsync(file, cancellationToken);
                await output.WriteAsync(header, cancellationToken);
            }

            byte[] own = new byte[header.Length];
            if (file.Length >= own.Length)
                await file.Store.ReadAsync(file.Key, 0, own, file.ETag, cancellationToken);
            if (!own.AsSpan().SequenceEqual(header))
                throw new BatchFunctionsException(ErrorKind.Integrity, $"{file} has another header than {files[0]}, so that no single file can be made.");
            if (file.Length == header.Length)
                continue;
            await using Stream records = await file.Store.OpenReadAsync(file.Key, header.Length, file.Length - header.Length, file.ETag, cancellationToken);
            await records.CopyToAsync(output, cancellationToken);
        }
    }

    // A column's name may have a line break, and is quoted then.
    private static async Task<byte[]> ReadHeaderAsync(SourceFile file, CancellationToken cancellationToken)
    {
        var header = new ArrayBufferWriter<byte>();
        byte[] block = new byte[BlockBytes];
        bool isQuoted = false;
        for (long position = 0; position < file.Length; position += BlockBytes)
        {
            int length = (int)Math.Min(BlockBytes, file.Length - position);
            await file.Store.ReadAsync(file.Key, position, block.AsMemory(0, length), file.ETag, cancellationToken);
            for (int i = 0; i < length; i++)
            {
                isQuoted ^= block[i] == RecordFraming.Quote;
                if (block[i] != RecordFraming.LineFeed || isQuoted)
                    continue;
                header.Write(block.AsSpan(0, i + 1));
                return header.WrittenSpan.ToArray();
            }

            header.Write(block.AsSpan(0, length));
        }

        throw new BatchFunctionsException(ErrorKind.Integrity, $"{file} has no header, so that no single file can be made.");
    }
}
