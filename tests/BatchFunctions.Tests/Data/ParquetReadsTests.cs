using System.Buffers;
using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Storage;
using Moq;
using Parquet;
using Parquet.Schema;
using Field = BatchFunctions.Data.Field;

namespace BatchFunctions.Tests.Data;

/// <summary>What reading costs: reads of the store and memory; and what other code of .NET reads and writes.</summary>
public sealed class ParquetReadsTests : IDisposable
{
    private readonly ParquetFolder _folder = new();
    private readonly List<(long Offset, int Length)> _reads = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_schema_costs_one_read_of_the_files_end_and_is_not_read_again()
    {
        SourceFile file = Watched(await _folder.CopyAsync("SELECT i, i * 7919 % 1000003 AS x FROM range(200000) t(i)", "COMPRESSION uncompressed"));

        await _folder.Format.ReadSchemaAsync(file, ParquetFolder.Token);
        await _folder.Format.SplitAsync(file, 0, 1, ParquetFolder.Token);
        await _folder.Format.ReadSchemaAsync(file, ParquetFolder.Token);

        Assert.Equal([(file.Length - 65_536, 65_536)], _reads);
    }

    [Fact]
    public async Task A_long_footer_costs_a_second_read_of_what_is_missing()
    {
        string columns = string.Join(", ", Enumerable.Range(0, 2_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"i + {i} AS column_{i}")));
        SourceFile file = Watched(await _folder.CopyAsync($"SELECT {columns} FROM range(3) t(i)"));

        Schema schema = await _folder.Format.ReadSchemaAsync(file, ParquetFolder.Token);

        Assert.Equal(2_000, schema.Count);
        Assert.Equal(2, _reads.Count);
        Assert.Equal(_reads[0].Offset, _reads[1].Offset + _reads[1].Length);
        List<string> rows = await _folder.ReadAsync(file, new Schema([new("column_1999", DataType.Int64), new("column_7", DataType.Int64)]));
        Assert.Equal(["1999 | 7", "2000 | 8", "2001 | 9"], rows);
    }

    [Fact]
    public async Task A_row_group_costs_one_read_of_the_wanted_columns_and_skips_wide_ones_that_are_not()
    {
        SourceFile file = Watched(await _folder.CopyAsync(
            "SELECT i AS a, i + 1 AS b, repeat('x', 20) || hash(i) AS wide, i + 2 AS c FROM range(100000) t(i)",
            "COMPRESSION uncompressed, ROW_GROUP_SIZE 51200"));
        await _folder.Format.ReadSchemaAsync(file, ParquetFolder.Token);
        _reads.Clear();

        await _folder.ReadAsync(file, new Schema([new("b", DataType.Int64), new("a", DataType.Int64)]), batchRows: 1024);
        Assert.Equal(2, _reads.Count);
        _reads.Clear();
        List<string> rows = await _folder.ReadAsync(file, new Schema([new("c", DataType.Int64), new("a", DataType.Int64)]), batchRows: 1024);

        Assert.Equal(4, _reads.Count);
        Assert.Equal("100001 | 99999", rows[^1]);
        Assert.True(_reads.Sum(r => r.Length) < file.Length / 2);
    }

    [Fact]
    public async Task Reading_allocates_next_to_nothing_once_the_first_row_groups_are_read()
    {
        SourceFile file = await _folder.CopyAsync(
            """
            SELECT i, i % 20 AS few, CASE WHEN i % 5 = 0 THEN NULL ELSE i / 3.0::DOUBLE END AS x, 'CUST_' || i AS id, 'band ' || (i % 3) AS band,
              (i / 100.0)::DECIMAL(12, 2) AS d, i % 2 = 0 AS b, TIMESTAMP '2024-01-01' + to_seconds(i) AS t
            FROM range(409600) t(i)
            """,
            "ROW_GROUP_SIZE 20480");
        Schema schema = await _folder.Format.ReadSchemaAsync(file, ParquetFolder.Token);
        IReadOnlyList<Segment> segments = await _folder.Format.SplitAsync(file, 0, 40_960, ParquetFolder.Token);
        await using IRecordReader reader = _folder.Format.CreateReader(schema, 1024);
        RecordBatch batch = new();
        foreach (Segment segment in segments)
            await CountAsync(reader, file, segment, batch);

        long before = GC.GetAllocatedBytesForCurrentThread();
        long rows = 0;
        foreach (Segment segment in segments)
            rows += await CountAsync(reader, file, segment, batch);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // 20 row groups: tasks, the file's handle and the like, but nothing that grows with rows.
        Assert.Equal(409_600, rows);
        Assert.InRange(allocated, 0, 20 * 16_384);
    }

    [Fact]
    public async Task A_row_group_beyond_the_limit_is_refused_with_the_limit()
    {
        ArrayBufferWriter<byte> bytes = new();
        bytes.Write("PAR1 and no page"u8);
        WrittenChunk chunk = new()
        {
            Offset = 4,
            DictionaryLength = 0,
            Length = 8,
            UncompressedLength = 8,
            Values = 20_000_000,
            Nulls = 0,
            Encoding = PageEncoding.Plain,
        };
        int start = bytes.WrittenCount;
        FooterWriter footer = new([ColumnEncoder.Create(new Field("one", DataType.Int32), false)], CompressionCodec.Snappy);
        footer.Add(chunk);
        footer.EndRowGroup(20_000_000);
        footer.Write(bytes);
        bytes.Write(BitConverter.GetBytes(bytes.WrittenCount - start));
        bytes.Write("PAR1"u8);
        SourceFile file = await _folder.PutAsync(bytes.WrittenMemory);
        Assert.Single(await _folder.Format.SplitAsync(file, 0, 1, ParquetFolder.Token));

        BatchFunctionsException error = ParquetFolder.AssertKind(ErrorKind.Request, await Record.ExceptionAsync(() => _folder.ReadAsync(file)));

        Assert.Contains("20000000 rows, more than the limit of 16777216", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.Gzip)]
    public async Task Files_of_Parquet_Net_give_the_values_that_it_wrote(CompressionMethod compression)
    {
        DataField number = new("number", typeof(long), true), time = new DateTimeDataField("time", DateTimeFormat.Impala, isNullable: false);
        DataField score = new("score", typeof(float), false), text = new("text", typeof(string), true);
        ParquetOptions options = new() { CompressionMethod = compression };
        options.ColumnEncodingHints["number"] = EncodingHint.DeltaBinaryPacked;
        options.ColumnEncodingHints["score"] = EncodingHint.ByteSplitStream;
        options.ColumnEncodingHints["text"] = EncodingHint.Dictionary;
        using MemoryStream stream = new();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(number, time, score, text), stream, options, cancellationToken: ParquetFolder.Token))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync<long>(number, Enumerable.Range(0, 500).Select(i => i % 7 == 0 ? (long?)null : i * 1_000_003L).ToArray(), cancellationToken: ParquetFolder.Token);
            await group.WriteAsync<DateTime>(time, Enumerable.Range(0, 500).Select(i => DateTime.UnixEpoch.AddSeconds(i * 86_399.5)).ToArray(), cancellationToken: ParquetFolder.Token);
            await group.WriteAsync<float>(score, Enumerable.Range(0, 500).Select(i => i / 3f).ToArray(), cancellationToken: ParquetFolder.Token);
            await group.WriteAsync(text, Enumerable.Range(0, 500).Select(i => i % 11 == 0 ? null : $"band {i % 4}").ToArray());
        }

        List<string> rows = await _folder.ReadAsync(await _folder.PutAsync(stream.ToArray()));

        Assert.Equal(
            Enumerable.Range(0, 500).Select(i => string.Join(" | ", ParquetFolder.Text(i % 7 == 0 ? null : i * 1_000_003L),
                ParquetFolder.Text(DateTime.UnixEpoch.AddSeconds(i * 86_399.5)), ParquetFolder.Text(i / 3f), ParquetFolder.Text(i % 11 == 0 ? null : $"band {i % 4}"))),
            rows);
    }

    [Theory]
    [InlineData(ParquetCompression.None)]
    [InlineData(ParquetCompression.Snappy)]
    [InlineData(ParquetCompression.Gzip)]
    [InlineData(ParquetCompression.Zstd)]
    public async Task Parquet_Net_reads_our_files(ParquetCompression compression)
    {
        Column id = ParquetColumns.Of(new Field("id", DataType.Int64), [.. Enumerable.Range(0, 500).Select(i => (object?)(i * 17L))]);
        Column score = ParquetColumns.Of(new Field("score", DataType.Float32), [.. Enumerable.Range(0, 500).Select(i => i % 3 == 0 ? null : (object?)(i / 7f))]);
        byte[] bytes = await ParquetWriterTests.WriteAsync([id, score], new() { Compression = compression, Required = ["id"] }, 500);

        await using ParquetReader reader = await ParquetReader.CreateAsync(new MemoryStream(bytes), cancellationToken: ParquetFolder.Token);
        long[] ids = new long[500];
        float?[] scores = new float?[500];
        await reader.RowGroups[0].ReadAsync<long>(reader.Schema.DataFields[0], ids, null, ParquetFolder.Token);
        await reader.RowGroups[0].ReadAsync<float>(reader.Schema.DataFields[1], scores.AsMemory(), null, ParquetFolder.Token);

        Assert.Equal(Enumerable.Range(0, 500).Select(i => i * 17L), ids);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => i % 3 == 0 ? (float?)null : i / 7f), scores);
    }

    private static async Task<long> CountAsync(IRecordReader reader, SourceFile file, Segment segment, RecordBatch batch)
    {
        long rows = 0;
        await reader.OpenAsync(file, segment, ParquetFolder.Token);
        while (await reader.ReadAsync(batch, ParquetFolder.Token))
            rows += batch.RowCount;
        return rows;
    }

    private SourceFile Watched(SourceFile file)
    {
        Mock<IObjectStore> store = new(MockBehavior.Strict);
        store.SetupGet(s => s.Address).Returns(file.Store.Address);
        store.Setup(s => s.ReadAsync(It.IsAny<string>(), It.IsAny<long>(), It.IsAny<Memory<byte>>(), file.ETag, It.IsAny<CancellationToken>()))
            .Returns((string key, long offset, Memory<byte> buffer, string? etag, CancellationToken token) =>
            {
                _reads.Add((offset, buffer.Length));
                return file.Store.ReadAsync(key, offset, buffer, etag, token);
            });
        return file with { Store = store.Object };
    }
}
