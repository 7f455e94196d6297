using System.Globalization;
using System.Security.Cryptography;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using CsCheck;

namespace BatchFunctions.Tests.Data;

public sealed class ParquetWriterTests : IDisposable
{
    private static readonly Gen<DataType> AnyType = Gen.OneOf(
        DataType.Bool, DataType.Int32, DataType.Int64, DataType.Float32, DataType.Float64, DataType.Decimal, DataType.Date, DataType.Timestamp, DataType.String);

    private static readonly Gen<string> AnyText = Gen.OneOf(Gen.String[0, 12].Where(IsWellFormed), Gen.OneOf("low", "medium", "high", "", "größe", "😀", "\uE000"));

    private readonly ParquetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Any_values_of_any_type_come_back_as_they_were_written()
    {
        await AnyTable().SampleAsync(
            async table =>
            {
                SourceFile file = await _folder.PutAsync(await WriteAsync(table.Columns, table.Options, table.BatchRows));

                Assert.Equal(new Schema(table.Columns.Select(c => c.Field)), await _folder.Format.ReadSchemaAsync(file, ParquetFolder.Token));
                Assert.Equal(RowsOf(table.Columns), await _folder.ReadAsync(file));
            },
            iter: 400,
            threads: 1);
    }

    [Fact]
    public async Task Any_values_of_any_type_mean_the_same_to_another_reader()
    {
        await AnyTable().SampleAsync(
            async table =>
            {
                SourceFile file = await _folder.PutAsync(await WriteAsync(table.Columns, table.Options, table.BatchRows));

                // A UTC timestamp would come back in the session's time zone.
                string select = string.Join(", ", table.Columns.Select(c => c.Field.Type == DataType.Timestamp ? $"{c.Field.Name}::TIMESTAMP" : c.Field.Name));
                _folder.Execute("SET TimeZone = 'UTC'");
                Assert.Equal(RowsOf(table.Columns), _folder.Query($"SELECT {select} FROM read_parquet('{_folder.PathOf(file)}')"));
            },
            iter: 150,
            threads: 1);
    }

    [Fact]
    public async Task The_same_rows_give_the_same_bytes_however_they_are_cut_into_batches()
    {
        Column[] columns = Telling(10_000);
        ParquetWriterOptions options = new() { RowGroupRows = 1_000 };
        byte[] whole = await WriteAsync(columns, options, 10_000);

        foreach (int batchRows in (int[])[1, 7, 999, 1_000, 1_001, 4_096])
            Assert.Equal(SHA256.HashData(whole), SHA256.HashData(await WriteAsync(columns, options, batchRows)));
    }

    [Fact]
    public async Task A_new_version_writes_the_same_bytes()
    {
        // Without compression, whose libraries may change; a change here is one of format and belongs in the notes of a release.
        byte[] bytes = await WriteAsync(Telling(2_000), new() { Compression = ParquetCompression.None, RowGroupRows = 500, Required = ["id"] }, 300);

        Assert.Equal("238371d455995f1af1c0a868ebfd7a6264c7661ca656a6f579ffb5e35f6d4470", Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public async Task Row_groups_have_the_number_of_rows_asked_for()
    {
        SourceFile file = await _folder.PutAsync(await WriteAsync(Telling(2_500), new() { RowGroupRows = 1_000 }, 300));

        IReadOnlyList<Segment> segments = await _folder.Format.SplitAsync(file, 3, 1, ParquetFolder.Token);

        Assert.Equal([new Segment(3, 0, 1, 0, 1000), new Segment(3, 1, 1, 1000, 1000), new Segment(3, 2, 1, 2000, 500)], segments);
    }

    [Fact]
    public async Task A_file_without_rows_has_its_columns()
    {
        SourceFile file = await _folder.PutAsync(await WriteAsync(Telling(0), new(), 100));

        Assert.Equal(["id", "score", "flag", "band", "at"], (await _folder.Format.ReadSchemaAsync(file, ParquetFolder.Token)).Select(f => f.Name));
        Assert.Empty(await _folder.Format.SplitAsync(file, 0, 100, ParquetFolder.Token));
        Assert.Equal(["0"], _folder.Query($"SELECT count(*) FROM read_parquet('{_folder.PathOf(file)}')"));
    }

    [Fact]
    public async Task Bounds_let_another_reader_skip_row_groups_and_lose_no_row()
    {
        SourceFile file = await _folder.PutAsync(await WriteAsync(
            [
                ParquetColumns.Of<long>("id", DataType.Int64, 5, 6, -7, -8),
                ParquetColumns.Of<float>("score", DataType.Float32, float.NaN, 1, -0f, 0),
                ParquetColumns.Of<long>("seen", DataType.Timestamp, 1_704_067_200_000_000, 1_735_689_600_000_001, -1, null),
                ParquetColumns.Text("name", "\uE000", "😀", "z", "ä"),
                ParquetColumns.Of<int>("day", DataType.Date, -1, 0, 1, 20_000),
            ],
            new() { RowGroupRows = 2 },
            4));
        string from = $"FROM read_parquet('{_folder.PathOf(file)}')";

        Assert.Equal(["2"], _folder.Query($"SELECT count(*) {from} WHERE id < 0"));
        Assert.Equal(["1"], _folder.Query($"SELECT count(*) {from} WHERE score = 1"));
        Assert.Equal(["2"], _folder.Query($"SELECT count(*) {from} WHERE score = 0"));
        Assert.Equal(["1"], _folder.Query($"SELECT count(*) {from} WHERE seen > TIMESTAMPTZ '2024-06-01 00:00:00+00'"));
        Assert.Equal(["1"], _folder.Query($"SELECT count(*) {from} WHERE name = '😀'"));
        Assert.Equal(["1"], _folder.Query($"SELECT count(*) {from} WHERE name = '\uE000'"));
        Assert.Equal(["2"], _folder.Query($"SELECT count(*) {from} WHERE day >= DATE '1970-01-02'"));
        Assert.Equal(
            ["-8 | -7", "5 | 6"],
            _folder.Query($"SELECT stats_min_value, stats_max_value FROM parquet_metadata('{_folder.PathOf(file)}') WHERE path_in_schema = 'id' ORDER BY 1"));
    }

    [Fact]
    public async Task Text_goes_through_a_dictionary_only_where_values_repeat()
    {
        string[] ids = [.. Enumerable.Range(0, 20_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"CUST_{i:D6}"))];
        string[] bands = [.. ids.Select((_, i) => i % 3 == 0 ? "low" : i % 3 == 1 ? "medium" : "high")];
        SourceFile file = await _folder.PutAsync(await WriteAsync([ParquetColumns.Text("id", ids), ParquetColumns.Text("band", bands)], new(), 20_000));

        Assert.Equal(
            ["band | RLE_DICTIONARY", "id | PLAIN"],
            _folder.Query($"SELECT path_in_schema, encodings FROM parquet_metadata('{_folder.PathOf(file)}') ORDER BY 1")
                .Select(row => row.Replace("PLAIN, RLE, ", "", StringComparison.Ordinal).Replace("RLE, ", "", StringComparison.Ordinal)));
        Assert.Equal(ids.Zip(bands, (id, band) => $"{id} | {band}"), await _folder.ReadAsync(file));
    }

    [Fact]
    public async Task A_required_column_refuses_a_null()
    {
        Column score = ParquetColumns.Of<float>("score", DataType.Float32, 1, null);

        Exception? error = await Record.ExceptionAsync(() => WriteAsync([score], new() { Required = ["score"] }, 2));

        Assert.Contains("'score'", ParquetFolder.AssertKind(ErrorKind.Internal, error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decimal_that_does_not_fit_is_refused_and_one_with_too_many_places_is_rounded()
    {
        Column large = ParquetColumns.Of<decimal>("amount", DataType.Decimal, 100_000_000_000_000_000_000m);
        Column fine = ParquetColumns.Of<decimal>("amount", DataType.Decimal, 0.0000000000000000025m, -99_999_999_999_999_999_999.5m);

        ParquetFolder.AssertKind(ErrorKind.Request, await Record.ExceptionAsync(() => WriteAsync([large], new(), 1)));
        SourceFile file = await _folder.PutAsync(await WriteAsync([fine], new(), 2));
        Assert.Equal(["0.000000000000000002", "-99999999999999999999.5"], await _folder.ReadAsync(file));
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        Schema schema = new([new Field("a", DataType.Int64)]);

        Assert.Throws<ArgumentException>(() => new ParquetRecordWriter(Stream.Null, new Schema([]), new()));
        Assert.Throws<ArgumentException>(() => new ParquetRecordWriter(Stream.Null, schema, new() { Required = ["b"] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParquetRecordWriter(Stream.Null, schema, new() { RowGroupRows = 0 }));
    }

    [Fact]
    public async Task Files_written_one_after_another_in_the_same_memory_are_those_of_writers_of_their_own()
    {
        Column[] large = Telling(10_000), small = Telling(700);
        ParquetWriterOptions options = new() { RowGroupRows = 1_000 };
        using ParquetWriterMemory memory = new(new Schema(large.Select(c => c.Field)), options);

        foreach (Column[] columns in (Column[][])[large, small, large])
        {
            using MemoryStream stream = new();
            await using (ParquetRecordWriter broken = new(Stream.Null, memory))
                await broken.WriteAsync(small, 700, ParquetFolder.Token);
            await using (ParquetRecordWriter writer = new(stream, memory))
            {
                await writer.WriteAsync(columns, columns[0].Length, ParquetFolder.Token);
                await writer.CompleteAsync(ParquetFolder.Token);
            }

            Assert.Equal(SHA256.HashData(await WriteAsync(columns, options, columns[0].Length)), SHA256.HashData(stream.ToArray()));
        }
    }

    internal static async Task<byte[]> WriteAsync(IReadOnlyList<Column> columns, ParquetWriterOptions options, int batchRows)
    {
        using MemoryStream stream = new();
        await using ParquetRecordWriter writer = new(stream, new Schema(columns.Select(c => c.Field)), options);
        for (int start = 0; start < columns[0].Length; start += batchRows)
        {
            int rows = Math.Min(batchRows, columns[0].Length - start);
            Column[] batch = [.. columns.Select(c => ParquetColumns.Of(c.Field, [.. Enumerable.Range(start, rows).Select(r => Raw(c, r))]))];
            await writer.WriteAsync(batch, rows, ParquetFolder.Token);
        }

        await writer.CompleteAsync(ParquetFolder.Token);
        return stream.ToArray();
    }

    private static object? Raw(Column column, int row) => column.IsNull(row) ? null : column switch
    {
        Column<int> c => c.Values[row],
        Column<long> c => c.Values[row],
        _ => column.GetValue(row),
    };

    private static IEnumerable<string> RowsOf(Column[] columns) =>
        Enumerable.Range(0, columns[0].Length).Select(row => string.Join(" | ", columns.Select(c => ParquetFolder.Text(c.GetValue(row)))));

    // Looks random, is the same everywhere.
    private static Column[] Telling(int rows)
    {
        IEnumerable<int> all = Enumerable.Range(0, rows);
        return
        [
            ParquetColumns.Of(new Field("id", DataType.Int64), [.. all.Select(i => (object?)(1_000_000L + i))]),
            ParquetColumns.Of(new Field("score", DataType.Float32), [.. all.Select(i => i % 10 == 3 ? null : (object?)(i * 7919 % 10007 / 10007f))]),
            ParquetColumns.Of(new Field("flag", DataType.Bool), [.. all.Select(i => (object?)(i % 3 == 0))]),
            ParquetColumns.Of(new Field("band", DataType.String), [.. all.Select(i => i % 11 == 0 ? null : (object?)(i % 2 == 0 ? "low" : "high"))]),
            ParquetColumns.Of(new Field("at", DataType.Timestamp), [.. all.Select(i => (object?)(i * 12_345_678_901L - 999))]),
        ];
    }

    private static Gen<(Column[] Columns, ParquetWriterOptions Options, int BatchRows)> AnyTable() =>
        from rows in Gen.Frequency((4, Gen.Int[0, 40]), (1, Gen.Int[0, 600]))
        from types in AnyType.List[1, 4]
        from columns in Columns(types, rows)
        from compression in Gen.Enum<ParquetCompression>()
        from groupRows in Gen.Int[1, 200]
        from batchRows in Gen.Int[1, 200]
        select (columns, new ParquetWriterOptions
        {
            Compression = compression,
            RowGroupRows = groupRows,
            Required = [.. columns.Where(c => !c.HasNulls && c.Field.Name != "c0").Select(c => c.Field.Name)],
        }, batchRows);

    private static Gen<Column[]> Columns(List<DataType> types, int rows) =>
        types.Select((type, i) => Values(type).Array[rows].Select(values => ParquetColumns.Of(new Field($"c{i}", type), values)))
            .Aggregate(Gen.Const(Array.Empty<Column>()), (sofar, next) => Gen.Select(sofar, next, (a, b) => (Column[])[.. a, b]));

    private static Gen<object?> Values(DataType type)
    {
        Gen<object?> values = type switch
        {
            DataType.Bool => Gen.Bool.Select(v => (object?)v),
            DataType.Int32 => Gen.OneOf(Gen.Int, Gen.Int[0, 5], Gen.OneOf(int.MinValue, int.MaxValue)).Select(v => (object?)v),
            DataType.Int64 => Gen.OneOf(Gen.Long, Gen.Long[0, 5], Gen.OneOf(long.MinValue, long.MaxValue)).Select(v => (object?)v),
            DataType.Float32 => Gen.Float.Select(v => (object?)v),
            DataType.Float64 => Gen.Double.Select(v => (object?)v),
            DataType.Decimal => Gen.Decimal[-1_000_000, 1_000_000].Select(v => (object?)decimal.Round(v, 18)),
            DataType.Date => Gen.Int[-700_000, 2_900_000].Select(v => (object?)v),
            DataType.Timestamp => Gen.Long[-60_000_000_000_000_000, 250_000_000_000_000_000].Select(v => (object?)v),
            _ => AnyText.Select(v => (object?)v),
        };
        return Gen.Frequency((3, values), (1, Gen.Const((object?)null)));
    }

    private static bool IsWellFormed(string text) => !text.Contains('\0', StringComparison.Ordinal) && text.EnumerateRunes().All(r => r.Value != 0xFFFD);
}
