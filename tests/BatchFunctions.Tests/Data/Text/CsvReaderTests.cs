using System.Globalization;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Text;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Data.Text;

public sealed class CsvReaderTests
{
    private static readonly Schema Wanted = new([new Field("id", DataType.Int64), new Field("name", DataType.String)]);

    [Fact]
    public async Task Ten_thousand_rows_of_which_37_are_broken_in_seven_ways()
    {
        string[] broken =
        [
            "x1,Ann,1", "1,Ann", "1,Ann,1,2", "1,\"Ann\"a,1", $"1,{new string('n', 300)},1", "1,\xFF,1", "1,Ann,\"1\"1",
        ];
        string[] codes = ["wrong_type", "ragged", "ragged", "malformed", "too_long", "malformed", "malformed"];
        SortedDictionary<int, int> places = new() { [9_999] = -1 };
        for (int i = 0; places.Count < 37; i++)
            places[i * 7919 % 9_999] = i % broken.Length;
        string text = "id,name,rest\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i =>
            (places.TryGetValue(i, out int way) ? way < 0 ? "1,\"never closed" : broken[way] : $"{i},\"n, {i}\",0") + "\n"));
        SourceFile file = new MemoryStore().Add("a.csv", Encoding.Latin1.GetBytes(text));

        List<TextRecord> records = await TextRecord.ReadAsync(
            new CsvFormat(new CsvDialect { MaxRecordBytes = 200 }, 1000, 1000), file, Wanted, [TextRecord.Whole(file)], 64);
        Assert.Equal(10_000, records.Count);
        Assert.Equal(9_963, records.Count(record => record.Faults.Length == 0));
        for (int i = 0; i < records.Count; i++)
        {
            Assert.Equal(i, records[i].Number);
            Assert.Equal(records[i].Raw, text.Substring((int)records[i].Offset, records[i].Raw.Length));
            if (places.TryGetValue(i, out int way))
                Assert.Equal(way < 0 ? "malformed" : codes[way], records[i].Faults.Split(':')[1]);
            else
                Assert.Equal($"{i}|n, {i}", records[i].Cells);
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(16_384)]
    public async Task Text_comes_back_whether_there_are_few_different_ones_or_ever_more(int batchRows)
    {
        string[] words = ["Yes", "No", "No internet service", "größe", "", "a word that is longer than thirty-two bytes", new('y', 64), "say \"so\"", "1,5"];
        string[] names = [.. Enumerable.Range(0, 12_000).Select(i => i < 3_000 || i % 2 == 0 ? words[i * 7919 % words.Length] : $"name {i}")];
        names[5_000] = new string('x', 65);
        string text = "id,name,few\n" + string.Concat(names.Select((n, i) => $"{i},\"{n.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{words[i % 4]}\n"));
        Schema wanted = new([.. Wanted, new Field("few", DataType.String)]);
        SourceFile file = new MemoryStore().Add("a.csv", Encoding.UTF8.GetBytes(text));

        List<TextRecord> records = await TextRecord.ReadAsync(new CsvFormat(new CsvDialect(), 10_000, 10_000), file, wanted, [TextRecord.Whole(file)], batchRows);

        // A record of the test shows bytes, one character each.
        Assert.Equal(names.Select((n, i) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes($"{i}|{n}|{words[i % 4]}"))), records.Select(r => r.Cells));
    }

    [Fact]
    public async Task Faults_say_what_is_wrong()
    {
        List<TextRecord> records = await ReadAsync("id,name\n1\n1,2,3\n2,\"a\"b\n3,\"a\n", new CsvDialect());
        Assert.Equal(
            [
                ":ragged:The record has 1 field; the first of its file has 2.",
                ":ragged:The record has 3 fields; the first of its file has 2.",
                ":malformed:Field 2 has text behind its closing quote; a quote inside a quoted field is written twice.",
                ":malformed:The quote that opens field 2 is not closed before the file ends.",
            ],
            records.Select(record => record.Faults));
        Assert.Equal(["1", "1,2,3", "2,\"a\"b", "3,\"a\n"], records.Select(record => record.Raw));
    }

    [Fact]
    public async Task A_stray_quote_that_swallows_the_rest_is_one_record_that_is_too_long()
    {
        string rest = string.Concat(Enumerable.Repeat("1,a\n", 100));
        List<TextRecord> records = await ReadAsync("id,name\n1,a\n2,\"b\n" + rest, new CsvDialect { MaxRecordBytes = 50 });
        Assert.Equal(2, records.Count);
        Assert.Equal(":too_long:The record is longer than 50 bytes. A quote that opens a field is not closed within them.", records[1].Faults);
        Assert.Equal(50, records[1].Raw.Length);
    }

    [Fact]
    public async Task Records_go_on_behind_one_that_is_too_long()
    {
        List<TextRecord> records = await ReadAsync($"id,name\n1,a\n2,\"{new string('\n', 70)},\"\"{new string('b', 70)}\"\n3,c\n", new CsvDialect { MaxRecordBytes = 50 });
        Assert.Equal(["1|a", "∅|∅", "3|c"], records.Select(record => record.Cells));
        Assert.Equal([0L, 1, 2], records.Select(record => record.Number));
    }

    [Fact]
    public async Task Two_bad_cells_of_a_row_are_two_faults_in_the_order_of_the_columns()
    {
        Schema wanted = new([new Field("b", DataType.Int64), new Field("a", DataType.Date)]);
        SourceFile file = new MemoryStore().Add("a.csv", "a,b\n1,x\n2026-01-01,y\nz,1\n"u8.ToArray());
        await using IRecordReader reader = new CsvFormat(new CsvDialect()).CreateReader(wanted, 10);
        await reader.OpenAsync(file, TextRecord.Whole(file), TestContext.Current.CancellationToken);
        RecordBatch batch = new();
        await reader.ReadAsync(batch, TestContext.Current.CancellationToken);
        Assert.Equal([(0, "b"), (0, "a"), (1, "b"), (2, "a")], batch.Faults.Select(fault => (fault.Row, fault.Column)));
    }

    [Fact]
    public async Task Columns_are_found_by_name_in_each_files_own_order()
    {
        MemoryStore store = new();
        SourceFile first = store.Add("1.csv", "id,name\n1,Ann\n"u8.ToArray()), second = store.Add("2.csv", "\uFEFFname;\"id\"\r\nBob;2\r\n"u8.ToArray());
        CsvFormat format = new(new CsvDialect { Separator = (byte)';' }), comma = new(new CsvDialect());
        Assert.Equal("1|Ann", Assert.Single(await TextRecord.ReadAsync(comma, first, Wanted, [TextRecord.Whole(first)])).Cells);
        Assert.Equal("2|Bob", Assert.Single(await TextRecord.ReadAsync(format, second, Wanted, [TextRecord.Whole(second)])).Cells);

        SourceFile third = store.Add("3.csv", "name,x,id\nEve,,3\n"u8.ToArray());
        await using IRecordReader reader = comma.CreateReader(Wanted, 10);
        RecordBatch batch = new();
        List<object?> values = [];
        foreach (SourceFile file in new[] { first, third, first })
        {
            await reader.OpenAsync(file, TextRecord.Whole(file), TestContext.Current.CancellationToken);
            Assert.True(await reader.ReadAsync(batch, TestContext.Current.CancellationToken));
            values.AddRange(batch.Columns.Select(column => column.GetValue(0)));
        }

        Assert.Equal([1L, "Ann", 3L, "Eve", 1L, "Ann"], values);
    }

    [Fact]
    public async Task Without_a_header_columns_are_numbered()
    {
        CsvFormat format = new(new CsvDialect { Header = false });
        SourceFile file = new MemoryStore().Add("a.csv", "\uFEFF1,Ann\n2,Bob\n"u8.ToArray());
        Schema wanted = new([new Field("column_1", DataType.String), new Field("column_0", DataType.Int64)]);
        Assert.Equal("column_0: String, column_1: String", (await format.ReadSchemaAsync(file, TestContext.Current.CancellationToken)).ToString());
        IReadOnlyList<Segment> segments = await format.SplitAsync(file, 0, 1, TestContext.Current.CancellationToken);
        Assert.Equal([new Segment(0, 3, 6, 0, 1), new Segment(0, 9, 6, 1, 1)], segments);
        Assert.Equal(["Ann|1", "Bob|2"], (await TextRecord.ReadAsync(format, file, wanted, segments)).Select(record => record.Cells));
    }

    [Fact]
    public async Task The_schema_is_the_header_as_text()
    {
        SourceFile file = new MemoryStore().Add("a.csv", "\uFEFF\r\n,\"a \"\"b\"\"\",é\r\n"u8.ToArray());
        Schema schema = await new CsvFormat(new CsvDialect(), 1, 1).ReadSchemaAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal([new Field("column_0", DataType.String), new Field("a \"b\"", DataType.String), new Field("é", DataType.String)], schema);
    }

    [Theory]
    [InlineData("", "memory/a.csv is empty: it has no header. Check that it was written to its end.")]
    [InlineData("\n\r\n", "memory/a.csv is empty: it has no header. Check that it was written to its end.")]
    [InlineData("id,id\n", "memory/a.csv names the column 'id' more than once in its header. Give each column a name of its own.")]
    [InlineData("\"id\"x,b\n", "memory/a.csv has a first record that cannot be read: Field 1 has text behind its closing quote; a quote inside a quoted field is written twice. Check its format and source.csv.separator.")]
    [InlineData("ID,Nmae\n", "memory/a.csv has no column 'id'; did you mean 'ID'? Add the column to the file, or change the name in the pipeline or in the model's manifest.")]
    [InlineData("x,name\n", "memory/a.csv has no column 'id'; it has x, name. Add the column to the file, or change the name in the pipeline or in the model's manifest.")]
    public async Task A_header_that_will_not_do_is_refused(string text, string message)
    {
        var error = await Assert.ThrowsAsync<BatchFunctionsException>(() => ReadAsync(text, new CsvDialect()));
        Assert.Equal((ErrorKind.Request, message), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("id,name")]
    [InlineData("id,name\r\n")]
    [InlineData("id,name\n\n\r\n\r")]
    public async Task A_file_without_records_has_no_segment(string text)
    {
        SourceFile file = new MemoryStore().Add("a.csv", Encoding.UTF8.GetBytes(text));
        Assert.Empty(await new CsvFormat(new CsvDialect()).SplitAsync(file, 0, 10, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_separator_that_means_something_else_is_refused()
    {
        foreach (byte separator in "\"\n\r\x80"u8[..3].ToArray())
            Assert.Equal(ErrorKind.Request, Assert.Throws<BatchFunctionsException>(() => new CsvFormat(new CsvDialect { Separator = separator })).Kind);
    }

    [Fact]
    public async Task A_segment_with_other_records_than_were_counted_is_an_integrity_error()
    {
        SourceFile file = new MemoryStore().Add("a.csv", "id,name\n1,Ann\n2,Bob\n"u8.ToArray());
        var error = await Assert.ThrowsAsync<BatchFunctionsException>(
            () => TextRecord.ReadAsync(new CsvFormat(new CsvDialect()), file, Wanted, [new Segment(0, 8, 12, 0, 3)]));
        Assert.Equal(ErrorKind.Integrity, error.Kind);
        Assert.Contains("2 records", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_changed_is_not_read()
    {
        MemoryStore store = new();
        SourceFile file = store.Add("a.csv", "id,name\n1,Ann\n"u8.ToArray());
        store.Add("a.csv", "id,name\n2,Ann\n"u8.ToArray());
        CsvFormat format = new(new CsvDialect());
        Assert.Equal(ErrorKind.Integrity, (await Assert.ThrowsAsync<BatchFunctionsException>(() => TextRecord.ReadAsync(format, file, Wanted, [TextRecord.Whole(file)]))).Kind);
        Assert.Equal(ErrorKind.Integrity, (await Assert.ThrowsAsync<BatchFunctionsException>(() => format.SplitAsync(file, 0, 1, TestContext.Current.CancellationToken))).Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reader_goes_on_after_a_failed_read_only_when_it_is_opened_again(bool late)
    {
        byte[] text = Encoding.UTF8.GetBytes("id,name\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},n\n")));
        MemoryStore store = new(late);
        SourceFile file = store.Add("a.csv", text);
        await using IRecordReader reader = new CsvFormat(new CsvDialect(), 64, 64).CreateReader(Wanted, 100);
        RecordBatch batch = new();
        await reader.OpenAsync(file, TextRecord.Whole(file), TestContext.Current.CancellationToken);
        SourceFile changed = store.Add("a.csv", text);
        await Assert.ThrowsAsync<BatchFunctionsException>(() => reader.ReadAsync(batch, TestContext.Current.CancellationToken).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.ReadAsync(batch, TestContext.Current.CancellationToken).AsTask());

        await reader.OpenAsync(changed, TextRecord.Whole(changed), TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(batch, TestContext.Current.CancellationToken));
        Assert.Equal((100, 99L), (batch.RowCount, batch.Columns[0].GetValue(99)));
    }

    [Fact]
    public async Task Reading_and_cutting_end_when_they_are_cancelled()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        SourceFile file = new MemoryStore(late: true).Add("a.csv", "id,name\n1,Ann\n"u8.ToArray());
        CsvFormat format = new(new CsvDialect());
        await using IRecordReader reader = format.CreateReader(Wanted, 1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.OpenAsync(file, TextRecord.Whole(file), cancelled.Token).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => format.SplitAsync(file, 0, 1, cancelled.Token));
    }

    [Fact]
    public async Task Memory_is_bounded_by_the_limits_and_reused()
    {
        byte[] text = Encoding.UTF8.GetBytes("id,name\n1,\"" + new string('x', 32 << 20) + "\"\n" + string.Concat(Enumerable.Repeat("2,b\n", 1000)));
        MemoryStore store = new();
        SourceFile file = store.Add("a.csv", text);
        await using IRecordReader reader = new CsvFormat(new CsvDialect { MaxRecordBytes = 1000 }, 1 << 16, 1 << 16).CreateReader(Wanted, 100);
        RecordBatch batch = new();
        long[] allocated = new long[3];
        for (int pass = 0; pass < 3; pass++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            int rows = 0;
            await reader.OpenAsync(file, TextRecord.Whole(file), TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(batch, TestContext.Current.CancellationToken))
                rows += batch.RowCount;
            allocated[pass] = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(1001, rows);
        }

        // A build for debugging allocates on the way, for each chunk and each cell.
        Assert.InRange(allocated[0], 1, 6 << 20);
        Assert.InRange(allocated[2], 0, 2 << 20);
        Assert.InRange(store.MaxRead, 1, 1 << 16);
    }

    [Fact]
    public async Task The_telco_customers_are_all_read()
    {
        Telco.SkipUnlessPresent();
        byte[] text = await File.ReadAllBytesAsync(Telco.CustomersFile, TestContext.Current.CancellationToken);
        SourceFile file = new MemoryStore().Add("telco.csv", text);
        CsvFormat format = new(new CsvDialect());
        Schema wanted = new([new Field("customerID", DataType.String), new Field("TotalCharges", DataType.Float64), new Field("tenure", DataType.Int64)]);
        IReadOnlyList<Segment> segments = await format.SplitAsync(file, 0, 1000, TestContext.Current.CancellationToken);
        List<TextRecord> records = await TextRecord.ReadAsync(format, file, wanted, segments, 512);
        string[] lines = Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.Equal(7043, records.Count);
        Assert.Equal(8, segments.Count);
        Assert.Equal(11, records.Count(record => record.Cells.Contains('∅', StringComparison.Ordinal)));
        for (int i = 0; i < lines.Length; i++)
        {
            string[] fields = lines[i].TrimEnd('\r').Split(',');
            string charges = double.TryParse(fields[19], CultureInfo.InvariantCulture, out double number) ? number.ToString(CultureInfo.InvariantCulture) : "∅";
            Assert.Equal(($"{fields[0]}|{charges}|{fields[5]}", string.Empty), (records[i].Cells, records[i].Faults));
        }
    }

    private static async Task<List<TextRecord>> ReadAsync(string text, CsvDialect dialect)
    {
        SourceFile file = new MemoryStore().Add("a.csv", Encoding.UTF8.GetBytes(text));
        List<TextRecord> whole = await TextRecord.ReadAsync(new CsvFormat(dialect), file, Wanted, [TextRecord.Whole(file)]);
        foreach (int chunk in new[] { 1, 2, 7 })
            Assert.Equal(whole, await TextRecord.ReadAsync(new CsvFormat(dialect, chunk, chunk), file, Wanted, [TextRecord.Whole(file)]));
        return whole;
    }
}
