using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Text;
using CsCheck;

namespace BatchFunctions.Tests.Data.Text;

public sealed class CsvWriterTests
{
    private static readonly DataType[] Types = Enum.GetValues<DataType>();

    private static readonly Schema All = new(Types.Select(type => new Field(type.ToString(), type)));

    [Fact]
    public async Task Values_are_written_as_people_expect_them()
    {
        Column[] columns = [.. All.Select(Column.Create)];
        foreach (Column column in columns)
            column.Reset(3);
        ((Column<bool>)columns[0]).Values[0] = true;
        ((Column<int>)columns[1]).Values[0] = -5;
        ((Column<long>)columns[2]).Values[0] = long.MinValue;
        ((Column<float>)columns[3]).Values[0] = 0.1f;
        ((Column<double>)columns[4]).Values[0] = 1.0 / 3;
        ((Column<decimal>)columns[5]).Values[0] = 1.50m;
        ((Column<int>)columns[6]).Values[0] = -1;
        ((Column<long>)columns[7]).Values[0] = 1_500_000;
        ((Utf8Column)columns[8]).Append("say \"hi\", x");
        ((Column<bool>)columns[0]).Values[1] = false;
        ((Column<int>)columns[1]).Values[1] = 0;
        ((Column<long>)columns[2]).Values[1] = 7;
        ((Column<float>)columns[3]).Values[1] = 34;
        ((Column<double>)columns[4]).Values[1] = 1e300;
        ((Column<decimal>)columns[5]).Values[1] = -1;
        ((Column<int>)columns[6]).Values[1] = 0;
        ((Column<long>)columns[7]).Values[1] = -1_000_000;
        ((Utf8Column)columns[8]).Append(string.Empty);
        ((Utf8Column)columns[8]).AppendNull();
        foreach (Column column in columns)
            column.SetNull(2);

        Assert.Equal(
            "Bool,Int32,Int64,Float32,Float64,Decimal,Date,Timestamp,String\n"
            + "true,-5,-9223372036854775808,0.1,0.3333333333333333,1.50,1969-12-31,1970-01-01T00:00:01.500000Z,\"say \"\"hi\"\", x\"\n"
            + "false,0,7,34,1E+300,-1,1970-01-01,1969-12-31T23:59:59Z,\"\"\n"
            + ",,,,,,,,\n",
            await WriteAsync(All, columns, 3));
    }

    [Fact]
    public async Task Names_and_text_are_quoted_only_where_they_must_be()
    {
        Schema schema = new([new Field("a;b", DataType.String), new Field("c,d", DataType.String)]);
        Column[] columns = [.. schema.Select(Column.Create)];
        foreach (Utf8Column column in columns.Cast<Utf8Column>())
        {
            column.Reset(3);
            column.Append("plain é, ok");
            column.Append("two\nlines");
            column.Append("\r");
        }

        Assert.Equal(
            "\"a;b\";c,d\nplain é, ok;plain é, ok\n\"two\nlines\";\"two\nlines\"\n\"\r\";\"\r\"\n",
            await WriteAsync(schema, columns, 3, (byte)';'));
    }

    [Fact]
    public async Task A_null_in_the_only_column_is_still_a_record()
    {
        Schema schema = new([new Field("a", DataType.Int64)]);
        Column column = Column.Create(schema[0]);
        column.Reset(1);
        column.SetNull(0);
        string text = await WriteAsync(schema, [column], 1);
        Assert.Equal("a\n\"\"\n", text);
        SourceFile file = new MemoryStore().Add("a.csv", Encoding.UTF8.GetBytes(text));
        Assert.Equal("∅", Assert.Single(await TextRecord.ReadAsync(new CsvFormat(new CsvDialect()), file, schema, [TextRecord.Whole(file)])).Cells);
    }

    [Fact]
    public async Task A_time_outside_of_the_calendar_is_refused()
    {
        Schema schema = new([new Field("t", DataType.Timestamp)]);
        foreach (long value in new[] { long.MaxValue, long.MinValue, 253_402_300_800_000_000 })
        {
            Column<long> column = (Column<long>)Column.Create(schema[0]);
            column.Reset(1);
            column.Values[0] = value;
            Assert.Equal(ErrorKind.Request, (await Assert.ThrowsAsync<BatchFunctionsException>(() => WriteAsync(schema, [column], 1))).Kind);
        }
    }

    [Fact]
    public Task What_is_written_reads_back_the_same() =>
        Gen.Select(
                Gen.Double.Where(double.IsFinite), Gen.Float.Where(float.IsFinite), Gen.Long, Gen.Int, Gen.Decimal, Gen.Int[-700_000, 2_900_000], Gen.Long[-60_000_000_000_000_000, 250_000_000_000_000_000],
                Gen.OneOf("\"", ",", "\n", "\r", "a", "é", " ", "NA").Array[0, 6].Select(string.Concat))
            .Array[1, 30].SampleAsync(async rows =>
            {
                Column[] columns = [.. All.Select(Column.Create)];
                foreach (Column column in columns)
                    column.Reset(rows.Length);
                for (int i = 0; i < rows.Length; i++)
                {
                    var (f64, f32, i64, i32, dec, date, time, text) = rows[i];
                    ((Column<bool>)columns[0]).Values[i] = i32 % 2 == 0;
                    ((Column<int>)columns[1]).Values[i] = i32;
                    ((Column<long>)columns[2]).Values[i] = i64;
                    ((Column<float>)columns[3]).Values[i] = f32;
                    ((Column<double>)columns[4]).Values[i] = f64;
                    ((Column<decimal>)columns[5]).Values[i] = dec;
                    ((Column<int>)columns[6]).Values[i] = date;
                    ((Column<long>)columns[7]).Values[i] = time;
                    if (i32 % 5 == 0)
                        ((Utf8Column)columns[8]).AppendNull();
                    else
                        ((Utf8Column)columns[8]).Append(text);
                    if (i32 % 7 == 0)
                        columns[Math.Abs(i32 / 7 % 8)].SetNull(i);
                }

                SourceFile file = new MemoryStore().Add("a.csv", Encoding.UTF8.GetBytes(await WriteAsync(All, columns, rows.Length)));
                await using IRecordReader reader = new CsvFormat(new CsvDialect()).CreateReader(All, rows.Length);
                await reader.OpenAsync(file, TextRecord.Whole(file), TestContext.Current.CancellationToken);
                RecordBatch batch = new();
                Assert.True(await reader.ReadAsync(batch, TestContext.Current.CancellationToken));
                Assert.Empty(batch.Faults);
                Assert.Equal(rows.Length, batch.RowCount);
                for (int i = 0; i < rows.Length; i++)
                    Assert.Equal(columns.Select(column => column.GetValue(i)), batch.Columns.Select(column => column.GetValue(i)));
            }, iter: 500);

    [Fact]
    public async Task Large_files_are_written_in_pieces_without_a_string_per_value()
    {
        Schema schema = new([new Field("a", DataType.Int64), new Field("b", DataType.Float64), new Field("c", DataType.Timestamp), new Field("d", DataType.String)]);
        Column[] columns = [.. schema.Select(Column.Create)];
        const int Rows = 10_000;
        foreach (Column column in columns)
            column.Reset(Rows);
        for (int i = 0; i < Rows; i++)
        {
            ((Column<long>)columns[0]).Values[i] = i;
            ((Column<double>)columns[1]).Values[i] = i / 7.0;
            ((Column<long>)columns[2]).Values[i] = i * 1_234_567L;
            ((Utf8Column)columns[3]).Append("some, text"u8);
        }

        Assert.InRange(await Allocations.LeastAsync(MeasureAsync), 0, 4096);

        async Task<long> MeasureAsync()
        {
            await using CsvRecordWriter writer = new(Stream.Null, schema);
            await writer.WriteAsync(columns, Rows, TestContext.Current.CancellationToken);
            long before = GC.GetAllocatedBytesForCurrentThread();
            await writer.WriteAsync(columns, Rows, TestContext.Current.CancellationToken);
            await writer.CompleteAsync(TestContext.Current.CancellationToken);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static async Task<string> WriteAsync(Schema schema, Column[] columns, int rows, byte separator = (byte)',')
    {
        using MemoryStream stream = new();
        await using (CsvRecordWriter writer = new(stream, schema, separator))
        {
            await writer.WriteAsync(columns, rows, TestContext.Current.CancellationToken);
            await writer.CompleteAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(stream.CanWrite);
        return new UTF8Encoding(false, true).GetString(stream.ToArray());
    }
}
