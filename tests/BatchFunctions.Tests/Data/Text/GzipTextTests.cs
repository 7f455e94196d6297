using System.IO.Compression;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Text;

namespace BatchFunctions.Tests.Data.Text;

public sealed class GzipTextTests
{
    private static readonly Schema Wanted = new([new Field("id", DataType.Int64)]);

    [Theory]
    [InlineData("\uFEFFid,name\n", "{0},\"a\n{0}\"\n", true)]
    [InlineData("", "{{\"id\":{0}}}\n", false)]
    public async Task A_compressed_file_is_one_segment_whose_positions_are_those_of_its_text(string header, string record, bool isCsv)
    {
        byte[] text = Encoding.UTF8.GetBytes(header + string.Concat(Enumerable.Range(0, 5000).Select(i => string.Format(null, record, i))));
        MemoryStore store = new();
        SourceFile plain = store.Add("a.txt", text), packed = store.Add("a.csv.GZ", Compress(text));
        foreach (int chunk in new[] { 100, 4096, 1 << 20 })
        {
            IRecordFormat format = isCsv ? new CsvFormat(new CsvDialect(), chunk, chunk) : new JsonLinesFormat(1 << 20, chunk, chunk);
            IReadOnlyList<Segment> segments = await format.SplitAsync(packed, 2, 10, TestContext.Current.CancellationToken);
            Assert.Equal([new Segment(2, 0, packed.Length, 0, null)], segments);
            Assert.Equal(
                await TextRecord.ReadAsync(format, plain, Wanted, [TextRecord.Whole(plain)], 300),
                await TextRecord.ReadAsync(format, packed, Wanted, segments, 300));
            Assert.Contains(await format.ReadSchemaAsync(packed, TestContext.Current.CancellationToken), field => field.Name == "id");
        }
    }

    [Fact]
    public async Task Several_compressed_files_end_to_end_are_one_text()
    {
        SourceFile file = new MemoryStore().Add("a.csv.gz", [.. Compress("id\n1\n"u8.ToArray()), .. Compress("2\n"u8.ToArray())]);
        Assert.Equal(["1", "2"], (await TextRecord.ReadAsync(new CsvFormat(new CsvDialect()), file, Wanted, [TextRecord.Whole(file)])).Select(record => record.Cells));
    }

    [Fact]
    public async Task A_compressed_file_without_records_has_no_segment()
    {
        MemoryStore store = new();
        CsvFormat format = new(new CsvDialect());
        foreach (string text in new[] { string.Empty, "id\n", "id\n\n" })
            Assert.Empty(await format.SplitAsync(store.Add("a.csv.gz", Compress(Encoding.UTF8.GetBytes(text))), 0, 1, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_compressed_file_cut_off_or_damaged_is_an_integrity_error()
    {
        byte[] text = Encoding.UTF8.GetBytes("id\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i * 7919 % 10_007}\n")));
        byte[] packed = Compress(text);
        byte[] damaged = [.. packed];
        damaged[packed.Length / 2] ^= 0xFF;
        foreach (byte[] content in new[] { packed[..(packed.Length / 2)], packed[..^4], damaged, text })
        {
            SourceFile file = new MemoryStore().Add("a.csv.gz", content);
            var error = await Assert.ThrowsAsync<BatchFunctionsException>(
                () => TextRecord.ReadAsync(new CsvFormat(new CsvDialect()), file, Wanted, [TextRecord.Whole(file)], 1000));
            Assert.Equal(ErrorKind.Integrity, error.Kind);
            Assert.StartsWith("memory/a.csv.gz is not a whole gzip file", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Wherever_the_compressed_bytes_end_their_text_is_whole()
    {
        // Around the size in which the decompressor reads, so that the file's end falls on every side of it.
        Random random = new(1);
        string noise = string.Concat(Enumerable.Range(0, 1400).Select(_ => $"{random.Next()}{random.Next()}\n"));
        MemoryStore store = new();
        CsvFormat format = new(new CsvDialect { Header = false });
        Schema text = new([new Field("column_0", DataType.String)]);
        int length = 1000;
        while (Compress(Encoding.UTF8.GetBytes(noise[..length])).Length < 8100)
            length += 100;
        for (int end = length + 400; length < end; length++)
        {
            string[] lines = noise[..length].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            SourceFile file = store.Add("a.csv.gz", Compress(Encoding.UTF8.GetBytes(noise[..length])));
            Assert.Equal(lines, (await TextRecord.ReadAsync(format, file, text, [TextRecord.Whole(file)], 2000)).Select(record => record.Cells));
        }

        Assert.InRange(store.Add("a.csv.gz", Compress(Encoding.UTF8.GetBytes(noise[..length]))).Length, 8200, 9000);
    }

    private static byte[] Compress(byte[] text)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
            gzip.Write(text);
        return packed.ToArray();
    }
}
