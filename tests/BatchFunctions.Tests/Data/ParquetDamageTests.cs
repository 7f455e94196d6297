using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Tests.Data.Text;

namespace BatchFunctions.Tests.Data;

public sealed class ParquetDamageTests : IDisposable
{
    private readonly ParquetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_cut_at_any_byte_is_refused_by_name()
    {
        byte[] whole = _folder.BytesOf(await _folder.CopyAsync("SELECT i, 'text ' || i AS t FROM range(30) t(i)"));

        MemoryStore store = new();
        for (int length = 0; length < whole.Length; length++)
        {
            SourceFile file = store.Add("cut.parquet", whole[..length]);
            BatchFunctionsException error = ParquetFolder.AssertKind(
                ErrorKind.Request, await Record.ExceptionAsync(() => _folder.Format.ReadSchemaAsync(file, ParquetFolder.Token)));
            ParquetFolder.AssertKind(
                ErrorKind.Request, await Record.ExceptionAsync(() => _folder.Format.SplitAsync(file, 0, 10, ParquetFolder.Token)));

            Assert.Contains(file.Key, error.Message, StringComparison.Ordinal);
            Assert.Contains(length == 0 ? "is empty" : "is truncated: it has no Parquet footer. Copy it again", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n5,6\n", "is not a Parquet file")]
    [InlineData("x", "is not a Parquet file")]
    [InlineData("PAR1 and more than twelve bytes", "is truncated")]
    [InlineData("PAR1________________PARE", "is encrypted")]
    [InlineData("not at all, \u00ff\u00ff\u00ff\u007fPAR1", "is damaged")]
    [InlineData("PAR1\u0004\0\0\0PAR1", "is damaged")]
    [InlineData("PAR1\0\0\0\0PAR1", "is damaged")]
    public async Task A_file_that_is_not_parquet_is_refused_by_what_is_wrong_with_it(string content, string reason)
    {
        SourceFile file = await _folder.PutAsync(content.Select(c => (byte)c).ToArray());

        BatchFunctionsException error = ParquetFolder.AssertKind(
            ErrorKind.Request, await Record.ExceptionAsync(() => _folder.Format.ReadSchemaAsync(file, ParquetFolder.Token)));

        Assert.Contains($"{file.Key}' {reason}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_footer_damaged_after_the_file_was_pinned_is_lost_integrity()
    {
        SourceFile file = await _folder.PutAsync("PAR1\u0001\0\0\0\0PAR1"u8.ToArray());
        await using IRecordReader reader = _folder.Format.CreateReader(new Schema([new("i", DataType.Int64)]), 100);

        ParquetFolder.AssertKind(
            ErrorKind.Integrity, await Record.ExceptionAsync(async () => await reader.OpenAsync(file, new Segment(0, 0, 1, 0, 1), ParquetFolder.Token)));
    }

    [Theory]
    [InlineData("uncompressed", "V1")]
    [InlineData("snappy", "V1")]
    [InlineData("gzip", "V1")]
    [InlineData("zstd", "V2")]
    [InlineData("lz4_raw", "V2")]
    [InlineData("brotli", "V1")]
    [InlineData("uncompressed", "V2")]
    public async Task Any_byte_of_another_writers_file_may_be_wrong_and_nothing_worse_happens_than_an_error(string compression, string version)
    {
        SourceFile whole = await _folder.CopyAsync(
            """
            SELECT i, i % 3 = 0 AS b, CASE WHEN i % 4 = 0 THEN NULL ELSE i % 5 END AS few, i / 3.0::DOUBLE AS x, 'text ' || i AS t,
              CASE WHEN i % 3 = 0 THEN NULL ELSE 'group ' || (i % 2) END AS g, (i / 10.0)::DECIMAL(30, 2) AS d, DATE '2024-01-01' + i::INTEGER AS day
            FROM range(24) t(i)
            """,
            $"COMPRESSION {compression}, PARQUET_VERSION {version}");
        Schema schema = await _folder.Format.ReadSchemaAsync(whole, ParquetFolder.Token);
        byte[] bytes = _folder.BytesOf(whole);

        int survived = await FlipAsync(bytes, bytes.Length, file => _folder.ReadAsync(file, schema), rows => Assert.Equal(24, rows.Count));

        Assert.InRange(survived, 1, 2 * bytes.Length);
    }

    [Theory]
    [InlineData(ParquetCompression.None)]
    [InlineData(ParquetCompression.Snappy)]
    public async Task No_wrong_byte_in_the_pages_of_our_own_file_goes_unnoticed(ParquetCompression compression)
    {
        Column[] columns =
        [
            ParquetColumns.Of(new Field("id", DataType.Int64), [.. Enumerable.Range(0, 40).Select(i => (object?)(long)i)]),
            ParquetColumns.Of(new Field("score", DataType.Float32), [.. Enumerable.Range(0, 40).Select(i => i % 5 == 0 ? null : (object?)(i / 40f))]),
            ParquetColumns.Of(new Field("band", DataType.String), [.. Enumerable.Range(0, 40).Select(i => (object?)(i % 2 == 0 ? "low" : "high"))]),
        ];
        byte[] bytes = await ParquetWriterTests.WriteAsync(columns, new() { Compression = compression }, 40);
        SourceFile whole = await _folder.PutAsync(bytes);
        Schema schema = await _folder.Format.ReadSchemaAsync(whole, ParquetFolder.Token);
        List<string> expected = await _folder.ReadAsync(whole, schema);
        int footer = bytes.Length - 8 - BitConverter.ToInt32(bytes, bytes.Length - 8);

        int survived = await FlipAsync(bytes, footer, file => _folder.ReadAsync(file, schema), rows => Assert.Equal(expected, rows));

        // What may be wrong is the first four bytes, and what no reader needs to know about a page.
        Assert.InRange(survived, 8, footer / 5);
    }

    [Fact]
    public async Task Damage_tells_the_file_the_row_group_and_the_column()
    {
        byte[] bytes = _folder.BytesOf(await _folder.CopyAsync("SELECT i AS a, hash(i)::UBIGINT AS b FROM range(4096) t(i)", "ROW_GROUP_SIZE 2048"));
        string[] place = _folder.Query(
            $"SELECT data_page_offset, total_compressed_size FROM parquet_metadata('{_folder.PathOf(await _folder.PutAsync(bytes))}') WHERE row_group_id = 1 AND path_in_schema = 'b'")[0]
            .Split(" | ");
        bytes.AsSpan(int.Parse(place[0], CultureInfo.InvariantCulture), int.Parse(place[1], CultureInfo.InvariantCulture)).Clear();
        SourceFile file = await _folder.PutAsync(bytes);

        BatchFunctionsException error = ParquetFolder.AssertKind(ErrorKind.Integrity, await Record.ExceptionAsync(() => _folder.ReadAsync(file)));

        Assert.Contains(file.Key, error.Message, StringComparison.Ordinal);
        Assert.Contains("row group 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("'b'", error.Message, StringComparison.Ordinal);
    }

    private static async Task<int> FlipAsync(byte[] bytes, int end, Func<SourceFile, Task<List<string>>> read, Action<List<string>> check)
    {
        MemoryStore store = new();
        int survived = 0;
        for (int at = 0; at < end; at++)
        {
            byte before = bytes[at];
            foreach (byte wrong in (byte[])[(byte)(before ^ 0xFF), (byte)(before ^ (1 << (at & 7)))])
            {
                bytes[at] = wrong;
                List<string>? rows = null;
                SourceFile file = store.Add("damaged.parquet", bytes);
                Exception? error = await Record.ExceptionAsync(async () => rows = await read(file));
                if (error is not null)
                {
                    BatchFunctionsException known = Assert.IsType<BatchFunctionsException>(error);
                    Assert.True(known.Kind is ErrorKind.Integrity or ErrorKind.Request, $"{known.Kind}: {known.Message}");
                }
                else
                {
                    check(rows!);
                    survived++;
                }
            }

            bytes[at] = before;
        }

        return survived;
    }
}
