using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace BatchFunctions.Data.Parquet;

/// <summary>Makes one Parquet file of several with the same columns. Their pages are copied as they are; only the footer is new.</summary>
internal static class ParquetMerger
{
    private static readonly byte[] Magic = "PAR1"u8.ToArray();

    /// <summary>Merges files.</summary>
    /// <param name="files">The files, in the order of their rows.</param>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Integrity"/>: a file is damaged, or has other columns; <see cref="ErrorKind.Request"/>: there would be more row groups than a file may have.
    /// </exception>
    public static async Task MergeAsync(IReadOnlyList<SourceFile> files, Stream output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Magic, cancellationToken);
        long position = Magic.Length;
        var merger = new FooterMerger();
        foreach (SourceFile file in files)
        {
            (ReadOnlyMemory<byte> footer, long end) = await ReadFooterAsync(file, cancellationToken);
            try
            {
                merger.Add(footer.Span, position - Magic.Length);
            }
            catch (DamagedParquetException damage)
            {
                throw new BatchFunctionsException(ErrorKind.Integrity, $"{file} {damage.Message}, so that no single file can be made.", damage);
            }

            if (merger.RowGroups > ParquetLimits.RowGroups)
                throw TooMany();
            await CopyAsync(file, Magic.Length, end - Magic.Length, output, cancellationToken);
            position += end - Magic.Length;
        }

        var bytes = new ArrayBufferWriter<byte>(1 << 16);
        merger.Write(bytes);
        if (bytes.WrittenCount > ParquetLimits.FooterBytes)
            throw TooMany();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(sizeof(int)), bytes.WrittenCount);
        bytes.Advance(sizeof(int));
        bytes.Write(Magic);
        await output.WriteAsync(bytes.WrittenMemory, cancellationToken);
    }

    private static async Task<(ReadOnlyMemory<byte> Footer, long Start)> ReadFooterAsync(SourceFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await FooterReader.ReadBytesAsync(file, cancellationToken);
        }
        catch (Exception damage) when (damage is DamagedParquetException or UnsupportedParquetException)
        {
            throw new BatchFunctionsException(ErrorKind.Integrity, $"{file} {damage.Message}, so that no single file can be made.", damage);
        }
    }

    private static async Task CopyAsync(SourceFile file, long start, long length, Stream output, CancellationToken cancellationToken)
    {
        if (length == 0)
            return;
        await using Stream content = await file.Store.OpenReadAsync(file.Key, start, length, file.ETag, cancellationToken);
        await content.CopyToAsync(output, cancellationToken);
    }

    private static BatchFunctionsException TooMany() => new(
        ErrorKind.Request,
        string.Create(CultureInfo.InvariantCulture, $"output.single_file would be one file of more than {ParquetLimits.RowGroups:N0} row groups, or with more about them than readers take. Remove the key, or have larger shards with shards.target_rows."));
}
