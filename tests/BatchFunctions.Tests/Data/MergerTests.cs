using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Data.Text;
using CsCheck;
using Parquet;

namespace BatchFunctions.Tests.Data;

/// <summary>Files put together to one without being decoded.</summary>
public sealed class MergerTests : IDisposable
{
    // Values of every type that we write, each with nulls, and text that takes a dictionary and text that does not.
    private const string Columns = """
        i::BIGINT AS id, i::INTEGER AS n, (i % 3 = 0) AS b, i / 7.0::FLOAT AS f, i / 3.0 AS d, (i * 1.25)::DECIMAL(38, 18) AS x, DATE '2026-01-01' + (i % 400)::INTEGER AS day,
        TIMESTAMP '2026-01-01 00:00:00' + INTERVAL (i) SECOND AS t, CASE WHEN i % 5 = 0 THEN NULL ELSE 'word-' || (i % 4) END AS w, 'name "' || i || '",
        and more' AS s
        """;

    private readonly ParquetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("COMPRESSION snappy")]
    [InlineData("COMPRESSION zstd, PARQUET_VERSION v2")]
    [InlineData("COMPRESSION uncompressed, ROW_GROUP_SIZE 2048")]
    public async Task Files_of_any_writer_give_their_rows_one_behind_the_other(string options)
    {
        await Gen.Int[0, 5_000].Array[1, 5].SampleAsync(
            async sizes =>
            {
                List<SourceFile> files = [];
                List<string> expected = [];
                foreach (int size in sizes)
                {
                    files.Add(await _folder.CopyAsync($"SELECT {Columns} FROM range({size}) r(i)", options));
                    expected.AddRange(await _folder.ReadAsync(files[^1]));
                }

                SourceFile merged = await MergeAsync(files);

                Assert.Equal(expected, await _folder.ReadAsync(merged));
                _folder.Execute("SET TimeZone = 'UTC'");
                Assert.Equal(expected, _folder.Query($"SELECT * FROM read_parquet('{_folder.PathOf(merged)}')"));

                // By the bounds and Bloom filters of its row groups, which have to be found where they are now.
                string found = $"SELECT count(*) FROM read_parquet('{_folder.PathOf(merged)}') WHERE s LIKE 'name \"1234\"%' AND id = 1234";
                Assert.Equal([$"{sizes.Count(s => s > 1234)}"], _folder.Query(found));
            },
            iter: 12,
            threads: 1);
    }

    [Fact]
    public async Task Our_own_files_give_a_file_that_other_readers_take()
    {
        List<SourceFile> files = [];
        for (int part = 0; part < 4; part++)
            files.Add(await WriteAsync(part * 1_000, part == 2 ? 0 : 1_000));

        SourceFile merged = await MergeAsync(files);

        Assert.Equal(Enumerable.Range(0, 2_000).Concat(Enumerable.Range(3_000, 1_000)).Select(i => $"{i} | text-{i % 3}"), _folder.Query($"SELECT * FROM read_parquet('{_folder.PathOf(merged)}')"));
        await using ParquetReader reader = await ParquetReader.CreateAsync(new MemoryStream(_folder.BytesOf(merged)), cancellationToken: ParquetFolder.Token);
        List<long> ids = [];
        foreach (var group in reader.RowGroups)
        {
            long[] values = new long[group.RowCount];
            await group.ReadAsync<long>(reader.Schema.DataFields[0], values, null, ParquetFolder.Token);
            ids.AddRange(values);
        }

        Assert.Equal(Enumerable.Range(0, 2_000).Concat(Enumerable.Range(3_000, 1_000)).Select(i => (long)i), ids);
        Assert.Equal(["0", "1", "2", "3", "4", "5"], _folder.Query($"SELECT DISTINCT row_group_id FROM parquet_metadata('{_folder.PathOf(merged)}') ORDER BY 1"));
    }

    [Fact]
    public async Task Files_with_other_columns_and_what_is_no_Parquet_are_refused()
    {
        SourceFile one = await _folder.CopyAsync("SELECT 1 AS a"), other = await _folder.CopyAsync("SELECT 1 AS b"), none = await _folder.PutAsync("no Parquet at all"u8.ToArray());

        Exception? differs = await Record.ExceptionAsync(() => MergeAsync([one, other])), damaged = await Record.ExceptionAsync(() => MergeAsync([one, none]));

        Assert.Contains("has other columns than the file before it", ParquetFolder.AssertKind(ErrorKind.Integrity, differs).Message, StringComparison.Ordinal);
        Assert.Contains("is not a Parquet file", ParquetFolder.AssertKind(ErrorKind.Integrity, damaged).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_files_keep_one_header_whatever_is_in_it()
    {
        const string header = "\"a \"\"odd\"\"\nname\",b\n";
        SourceFile[] files =
        [
            await _folder.PutAsync(Encoding.UTF8.GetBytes(header + "1,\"x\ny\"\n")),
            await _folder.PutAsync(Encoding.UTF8.GetBytes(header)),
            await _folder.PutAsync(Encoding.UTF8.GetBytes(header + "2,z\n")),
        ];
        using var output = new MemoryStream();

        await CsvMerger.MergeAsync(files, output, ParquetFolder.Token);

        Assert.Equal(header + "1,\"x\ny\"\n2,z\n", Encoding.UTF8.GetString(output.ToArray()));
        files[1] = await _folder.PutAsync("a,b\n5,6\n"u8.ToArray());
        Assert.Contains("another header", ParquetFolder.AssertKind(ErrorKind.Integrity, await Record.ExceptionAsync(() => CsvMerger.MergeAsync(files, output, ParquetFolder.Token))).Message, StringComparison.Ordinal);
    }

    private async Task<SourceFile> MergeAsync(IReadOnlyList<SourceFile> files)
    {
        using var output = new MemoryStream();
        await ParquetMerger.MergeAsync(files, output, ParquetFolder.Token);
        return await _folder.PutAsync(output.ToArray());
    }

    private async Task<SourceFile> WriteAsync(int first, int rows)
    {
        Column id = ParquetColumns.Of(new Field("id", DataType.Int64), [.. Enumerable.Range(first, rows).Select(i => (object?)(long)i)]);
        Column text = ParquetColumns.Text("text", [.. Enumerable.Range(first, rows).Select(i => $"text-{i % 3}")]);
        return await _folder.PutAsync(await ParquetWriterTests.WriteAsync([id, text], new() { RowGroupRows = 500, Required = ["id"] }, 1_000));
    }
}
