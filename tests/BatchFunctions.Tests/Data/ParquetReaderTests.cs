using BatchFunctions.Data;

namespace BatchFunctions.Tests.Data;

public sealed class ParquetReaderTests : IDisposable
{
    // Each column once without nulls and once with; few and many different values, so that writers choose dictionaries and plain pages.
    private const string Everything = """
        SELECT
          i % 2 = 0 AS flag, CASE WHEN i % 7 = 3 THEN NULL ELSE i % 3 = 0 END AS flag_n,
          (i % 100 - 50)::TINYINT AS i8, (i % 250)::UTINYINT AS u8, (i - 1000)::SMALLINT AS i16, (i * 3)::USMALLINT AS u16,
          (i * 7919 % 1000003 - 500000)::INTEGER AS i32, CASE WHEN i % 5 = 0 THEN NULL ELSE (i % 10)::INTEGER END AS i32_n,
          (4294967295 - i)::UINTEGER AS u32, (i * 1000000007)::BIGINT AS i64, CASE WHEN i % 2 = 0 THEN NULL ELSE (i % 20)::BIGINT END AS i64_n,
          (i * 12345678901)::UBIGINT AS u64,
          (i / 3.0)::FLOAT AS f32, CASE WHEN i % 11 = 0 THEN NULL ELSE (i % 13 / 4.0)::FLOAT END AS f32_n,
          (i / 7.0)::DOUBLE AS f64, CASE WHEN i % 3 = 0 THEN NULL ELSE (i % 17 / 8.0)::DOUBLE END AS f64_n,
          (i / 100.0 - 5)::DECIMAL(9, 2) AS d9, (i * 1000003 / 1000.0)::DECIMAL(18, 3) AS d18,
          CASE WHEN i % 4 = 1 THEN NULL ELSE (-i * 10000000019 / 10000.0)::DECIMAL(30, 4) END AS d30_n,
          DATE '1960-01-01' + (i * 13 % 40000)::INTEGER AS day, CASE WHEN i % 6 = 0 THEN NULL ELSE DATE '2020-02-28' + (i % 3)::INTEGER END AS day_n,
          TIMESTAMP '1950-01-01 00:00:00.000001' + to_microseconds(i * 86400000123) AS at,
          CASE WHEN i % 8 = 2 THEN NULL ELSE TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_seconds(i % 50) END AS at_n,
          'CUST_' || lpad(i::VARCHAR, 6, '0') AS id, CASE WHEN i % 9 = 0 THEN NULL WHEN i % 9 = 1 THEN '' ELSE 'größe ' || (i % 4) || '€😀' END AS text_n,
          NULL::INTEGER AS none, CASE WHEN i = ROWS / 2 THEN 1 END AS almost_none
        FROM range(ROWS) t(i)
        """;

    private readonly ParquetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("COMPRESSION uncompressed")]
    [InlineData("COMPRESSION snappy")]
    [InlineData("COMPRESSION gzip")]
    [InlineData("COMPRESSION zstd")]
    [InlineData("COMPRESSION brotli")]
    [InlineData("COMPRESSION lz4_raw")]
    [InlineData("COMPRESSION uncompressed, PARQUET_VERSION V2")]
    [InlineData("COMPRESSION snappy, PARQUET_VERSION V2")]
    [InlineData("COMPRESSION zstd, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 1")]
    [InlineData("COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 1")]
    public async Task Files_of_another_writer_give_the_values_that_it_wrote(string options)
    {
        foreach (int rows in (int[])[1, 2500])
        {
            string select = Everything.Replace("ROWS", rows.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
            SourceFile file = await _folder.CopyAsync(select, options + ", ROW_GROUP_SIZE 2048");

            List<string> expected = _folder.Query(select);
            List<string> actual = await _folder.ReadAsync(file);

            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public async Task The_schema_names_the_columns_that_can_be_read_with_their_own_types()
    {
        SourceFile file = await _folder.CopyAsync("""
            SELECT true AS b, 1::TINYINT AS i8, 1::USMALLINT AS u16, 1::INTEGER AS i32, 1::UINTEGER AS u32, 1::BIGINT AS i64, 1::UBIGINT AS u64,
              1::FLOAT AS f32, 1::DOUBLE AS f64, 1.5::DECIMAL(20, 2) AS dec, DATE '2024-01-01' AS day, TIMESTAMP '2024-01-01' AS us,
              '2024-01-01'::TIMESTAMP_MS AS ms, '2024-01-01'::TIMESTAMP_NS AS ns, TIMESTAMPTZ '2024-01-01 00:00:00+00' AS tz, 'x' AS text,
              uuid() AS id, [1, 2] AS list, {'a': 1} AS struct, MAP {'a': 1} AS map, TIME '12:00' AS clock, 'x'::BLOB AS bytes
            """);

        Schema schema = await _folder.Format.ReadSchemaAsync(file, ParquetFolder.Token);

        Assert.Equal(
            "b: Bool, i8: Int32, u16: Int32, i32: Int32, u32: Int64, i64: Int64, u64: Int64, f32: Float32, f64: Float64, dec: Decimal, day: Date, "
            + "us: Timestamp, ms: Timestamp, ns: Timestamp, tz: Timestamp, text: String, id: String",
            schema.ToString());
    }

    [Theory]
    [InlineData("list", "nested")]
    [InlineData("struct", "nested")]
    [InlineData("clock", "time of day")]
    [InlineData("bytes", "binary")]
    [InlineData("twice", "occurs twice")]
    [InlineData("textt", "Did you mean 'text'?")]
    [InlineData("elsewhere", "It has 'text', 'number'.")]
    public async Task A_column_that_cannot_be_read_is_refused_by_name_with_the_reason(string column, string reason)
    {
        SourceFile file = await _folder.CopyAsync("""
            SELECT 'x' AS text, 1 AS number, [1, 2] AS list, {'a': 1, 'b': [2]} AS struct, TIME '12:00' AS clock, 'x'::BLOB AS bytes
            """);
        if (column == "twice")
            file = await _folder.PutAsync(Twice(_folder.BytesOf(await _folder.CopyAsync("SELECT 1 AS twice, 2 AS twic_"))));

        BatchFunctionsException error = ParquetFolder.AssertKind(
            ErrorKind.Request, await Record.ExceptionAsync(() => ReadOneAsync(file, column, DataType.Int64)));

        Assert.Contains($"'{column}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(file.Key, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", DataType.Int64)]
    [InlineData("text", DataType.Float32)]
    [InlineData("text", DataType.Bool)]
    [InlineData("number", DataType.Date)]
    [InlineData("number", DataType.Timestamp)]
    [InlineData("at", DataType.Int64)]
    [InlineData("at", DataType.Date)]
    [InlineData("day", DataType.Float64)]
    public async Task A_type_that_cannot_become_the_wanted_one_is_refused(string column, DataType wanted)
    {
        SourceFile file = await _folder.CopyAsync("SELECT 'x' AS text, 1 AS number, TIMESTAMP '2024-01-01' AS at, DATE '2024-01-01' AS day");

        BatchFunctionsException error = ParquetFolder.AssertKind(ErrorKind.Request, await Record.ExceptionAsync(() => ReadOneAsync(file, column, wanted)));

        Assert.Contains($"'{column}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(wanted.ToString().ToLowerInvariant(), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(i - 2)::TINYINT", DataType.Int64, "-2", "-1", "0", "1", "2")]
    [InlineData("(i - 2)::INTEGER", DataType.Float32, "-2", "-1", "0", "1", "2")]
    [InlineData("(i - 2)::BIGINT", DataType.Float64, "-2", "-1", "0", "1", "2")]
    [InlineData("(i * 1073741824)::BIGINT", DataType.Int32, "0", "1073741824", "!2147483648", "!3221225472", "!4294967296")]
    [InlineData("(i * 1073741824)::UINTEGER", DataType.Int32, "0", "1073741824", "!2147483648", "!3221225472", null)]
    [InlineData("CASE i WHEN 0 THEN 18446744073709551615 WHEN 1 THEN 9223372036854775807 ELSE i END::UBIGINT", DataType.Int64, "!18446744073709551615", "9223372036854775807", "2", "3", "4")]
    [InlineData("CASE i WHEN 0 THEN 18446744073709551615 ELSE i END::UBIGINT", DataType.Float64, "1.8446744073709552E+19", "1", "2", "3", "4")]
    [InlineData("(i - 2)::BIGINT", DataType.Bool, "!-2", "!-1", "false", "true", "!2")]
    [InlineData("(i - 2)::INTEGER", DataType.Decimal, "-2", "-1", "0", "1", "2")]
    [InlineData("(i - 2)::INTEGER", DataType.String, "-2", "-1", "0", "1", "2")]
    [InlineData("i / 2.0::DOUBLE", DataType.Int64, "0", "!0.5", "1", "!1.5", "2")]
    [InlineData("i / 2.0::DOUBLE", DataType.Float32, "0", "0.5", "1", "1.5", "2")]
    [InlineData("(i / 2.0)::FLOAT", DataType.Float64, "0", "0.5", "1", "1.5", "2")]
    [InlineData("CASE i WHEN 0 THEN 'nan' WHEN 1 THEN 'inf' WHEN 2 THEN '9223372036854775808' WHEN 3 THEN '-9223372036854775808' ELSE '-0' END::DOUBLE", DataType.Int64, "!NaN", "!Infinity", "!9.223372036854776E+18", "-9223372036854775808", "0")]
    [InlineData("CASE i WHEN 0 THEN 'nan' WHEN 1 THEN 'inf' WHEN 2 THEN '1e300' WHEN 3 THEN '-1e-300' ELSE '1' END::DOUBLE", DataType.Float32, "NaN", "Infinity", "Infinity", "-0", "1")]
    [InlineData("CASE i WHEN 0 THEN 'nan' WHEN 1 THEN '1e30' ELSE '0.1' END::DOUBLE", DataType.Decimal, "!NaN", "!1E+30", "0.1", "0.1", "0.1")]
    [InlineData("(i / 4.0)::DOUBLE", DataType.String, "0", "0.25", "0.5", "0.75", "1")]
    [InlineData("i % 2 = 0", DataType.Int64, "1", "0", "1", "0", "1")]
    [InlineData("i % 2 = 0", DataType.Float32, "1", "0", "1", "0", "1")]
    [InlineData("i % 2 = 0", DataType.Decimal, "1", "0", "1", "0", "1")]
    [InlineData("i % 2 = 0", DataType.String, "true", "false", "true", "false", "true")]
    [InlineData("(i / 2.0 - 1)::DECIMAL(9, 3)", DataType.Float64, "-1", "-0.5", "0", "0.5", "1")]
    [InlineData("(i / 2.0 - 1)::DECIMAL(18, 3)", DataType.Int64, "-1", "!-0.500", "0", "!0.500", "1")]
    [InlineData("(i / 2.0 - 1)::DECIMAL(38, 3)", DataType.Float32, "-1", "-0.5", "0", "0.5", "1")]
    [InlineData("(i / 2.0 - 1)::DECIMAL(38, 3)", DataType.String, "-1.000", "-0.500", "0.000", "0.500", "1.000")]
    [InlineData("CASE i WHEN 0 THEN 99999999999999999999999999999999999999 ELSE i END::DECIMAL(38, 0)", DataType.Decimal, "!99999999999999999999999999999999999999e-0", "1", "2", "3", "4")]
    [InlineData("(123456789012::DECIMAL(38, 18) + (i * 0.5)::DECIMAL(38, 18))", DataType.Decimal, "123456789012", "123456789012.5", "123456789013", "123456789013.5", "123456789014")]
    [InlineData("DATE '1969-12-30' + i::INTEGER", DataType.Timestamp, "1969-12-30T00:00:00.000000", "1969-12-31T00:00:00.000000", "1970-01-01T00:00:00.000000", "1970-01-02T00:00:00.000000", "1970-01-03T00:00:00.000000")]
    [InlineData("DATE '1969-12-30' + i::INTEGER", DataType.String, "1969-12-30", "1969-12-31", "1970-01-01", "1970-01-02", "1970-01-03")]
    [InlineData("make_timestamp((i - 2) * 500000)", DataType.String, "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.5Z", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.5Z", "1970-01-01T00:00:01Z")]
    [InlineData("make_timestamp_ns((i - 2) * 1500)", DataType.Timestamp, "1969-12-31T23:59:59.999997", "1969-12-31T23:59:59.999998", "1970-01-01T00:00:00.000000", "1970-01-01T00:00:00.000001", "1970-01-01T00:00:00.000003")]
    [InlineData("make_timestamp_ms((i - 2) * 1500)", DataType.Timestamp, "1969-12-31T23:59:57.000000", "1969-12-31T23:59:58.500000", "1970-01-01T00:00:00.000000", "1970-01-01T00:00:01.500000", "1970-01-01T00:00:03.000000")]
    [InlineData("('0000000' || i || '-0000-4000-8000-0123456789ab')::UUID", DataType.String, "00000000-0000-4000-8000-0123456789ab", "00000001-0000-4000-8000-0123456789ab", "00000002-0000-4000-8000-0123456789ab", "00000003-0000-4000-8000-0123456789ab", "00000004-0000-4000-8000-0123456789ab")]
    public async Task Values_become_the_wanted_type_or_a_fault(string expression, DataType wanted, params string?[] values)
    {
        // Once plainly encoded and once through a dictionary, with nulls in between, and long enough for both.
        foreach (string options in (string[])["DICTIONARY_SIZE_LIMIT 1", "DICTIONARY_SIZE_LIMIT 1000000"])
        {
            int last = values[^1] is null ? 4 : 5;
            SourceFile file = await _folder.CopyAsync(
                $"SELECT CASE WHEN n % 3 = 1 THEN NULL ELSE {expression} END AS value FROM (SELECT n, n % {last} AS i FROM range(60) t(n))", options);

            List<string> rows = await ReadOneAsync(file, "value", wanted);

            IEnumerable<string> expected = Enumerable.Range(0, 60).Select(n => n % 3 == 1 ? "∅" : values[n % last]!)
                .Select(v => v.StartsWith('!') ? $"wrong_type: '{v[1..]}' in column 'value' does not fit {wanted.ToString().ToLowerInvariant()}" : v);
            Assert.Equal(expected, rows);
        }
    }

    [Fact]
    public async Task A_rows_faults_stand_in_row_order_and_name_their_columns()
    {
        SourceFile file = await _folder.CopyAsync("SELECT i * 3000000000 AS a, i + 0.5::DOUBLE AS b, 'x' AS c FROM range(3) t(i)");
        Schema wanted = new([new("b", DataType.Int64), new("c", DataType.String), new("a", DataType.Int32)]);
        RecordBatch batch = new();

        await using IRecordReader reader = _folder.Format.CreateReader(wanted, 10);
        await reader.OpenAsync(file, (await _folder.Format.SplitAsync(file, 0, 10, ParquetFolder.Token))[0], ParquetFolder.Token);
        Assert.True(await reader.ReadAsync(batch, ParquetFolder.Token));

        Assert.Equal([(0, "b"), (1, "b"), (1, "a"), (2, "b"), (2, "a")], batch.Faults.Select(f => (f.Row, f.Column!)));
        Assert.All(batch.Faults, f => Assert.Equal(FaultCodes.WrongType, f.Code));
    }

    [Fact]
    public async Task Not_a_number_is_a_value_and_null_is_none()
    {
        SourceFile file = await _folder.CopyAsync("SELECT * FROM (VALUES ('nan'::DOUBLE), (NULL), (1.0)) t(x)");

        Assert.Equal(["NaN", "∅", "1"], await _folder.ReadAsync(file));
    }

    [Fact]
    public async Task Row_groups_make_segments_of_about_the_size_asked_for_without_a_gap()
    {
        SourceFile file = await _folder.CopyAsync("SELECT i FROM range(20480) t(i)", "ROW_GROUP_SIZE 2048");

        foreach (long target in (long[])[1, 2048, 3000, 5000, 6000, 20_480, long.MaxValue])
        {
            IReadOnlyList<Segment> segments = await _folder.Format.SplitAsync(file, 7, target, ParquetFolder.Token);

            long record = 0, group = 0;
            foreach (Segment segment in segments)
            {
                Assert.Equal((7, group, record), (segment.File, segment.Start, segment.FirstRecord));
                Assert.Equal(segment.Length * 2048, segment.Records);
                Assert.True(segment == segments[^1] || Math.Abs(segment.Records!.Value - target) <= 2048);
                (group, record) = (group + segment.Length, record + segment.Records!.Value);
            }

            Assert.Equal((10, 20_480), (group, record));
        }
    }

    [Fact]
    public async Task Each_segment_gives_its_own_records_and_then_an_empty_batch()
    {
        SourceFile file = await _folder.CopyAsync("SELECT i FROM range(10000) t(i)", "ROW_GROUP_SIZE 2048");
        Schema schema = await _folder.Format.ReadSchemaAsync(file, ParquetFolder.Token);
        IReadOnlyList<Segment> segments = await _folder.Format.SplitAsync(file, 0, 4096, ParquetFolder.Token);
        await using IRecordReader reader = _folder.Format.CreateReader(schema, 100);
        RecordBatch batch = new();

        foreach (Segment segment in segments.Reverse())
        {
            await reader.OpenAsync(file, segment, ParquetFolder.Token);
            long next = segment.FirstRecord;
            while (await reader.ReadAsync(batch, ParquetFolder.Token))
            {
                Assert.Equal(next, batch.FirstRecord);
                foreach (long value in ((Column<long>)batch["i"]).Values)
                    Assert.Equal(next++, value);
            }

            Assert.Equal(segment.FirstRecord + segment.Records, next);
            Assert.Equal(0, batch.RowCount);
        }
    }

    [Fact]
    public async Task A_segment_that_the_file_does_not_have_is_lost_integrity()
    {
        SourceFile file = await _folder.CopyAsync("SELECT i FROM range(10) t(i)");
        await using IRecordReader reader = _folder.Format.CreateReader(new Schema([new("i", DataType.Int64)]), 100);

        foreach (Segment segment in (Segment[])[new(0, 0, 2, 0, 10), new(0, 1, 1, 0, 10), new(0, 0, 1, 0, 11), new(0, 0, 1, 5, 10), new(0, -1, 1, 0, 10)])
            ParquetFolder.AssertKind(
                ErrorKind.Integrity, await Record.ExceptionAsync(async () => await reader.OpenAsync(file, segment, ParquetFolder.Token)));
    }

    [Fact]
    public async Task A_file_that_changed_since_it_was_pinned_is_lost_integrity()
    {
        SourceFile file = await _folder.CopyAsync("SELECT i FROM range(10) t(i)");
        Schema schema = await _folder.Format.ReadSchemaAsync(file, ParquetFolder.Token);
        IReadOnlyList<Segment> segments = await _folder.Format.SplitAsync(file, 0, 10, ParquetFolder.Token);
        await _folder.Store.PutAsync(file.Key, _folder.BytesOf(await _folder.CopyAsync("SELECT i + 1 AS i FROM range(1000) t(i)")), default, ParquetFolder.Token);

        await using IRecordReader reader = _folder.Format.CreateReader(schema, 100);
        await reader.OpenAsync(file, segments[0], ParquetFolder.Token);

        ParquetFolder.AssertKind(
            ErrorKind.Integrity, await Record.ExceptionAsync(async () => await reader.ReadAsync(new RecordBatch(), ParquetFolder.Token)));
    }

    [Fact]
    public async Task No_columns_wanted_still_count_the_records()
    {
        SourceFile file = await _folder.CopyAsync("SELECT i FROM range(10) t(i)");

        Assert.Equal(10, (await _folder.ReadAsync(file, new Schema([]))).Count);
    }

    private Task<List<string>> ReadOneAsync(SourceFile file, string column, DataType type) => _folder.ReadAsync(file, new Schema([new(column, type)]));

    // Another writer would refuse the second name; so it is put over one of the same length.
    private static byte[] Twice(byte[] file)
    {
        for (int at = file.AsSpan().IndexOf("twic_"u8); at >= 0; at = file.AsSpan().IndexOf("twic_"u8))
            "twice"u8.CopyTo(file.AsSpan(at));
        return file;
    }
}
