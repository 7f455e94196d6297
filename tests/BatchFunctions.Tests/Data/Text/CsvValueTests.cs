using System.Globalization;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Text;
using CsCheck;

namespace BatchFunctions.Tests.Data.Text;

public sealed class CsvValueTests
{
    [Theory]
    [InlineData(DataType.Bool, "true", true)]
    [InlineData(DataType.Bool, "FALSE", false)]
    [InlineData(DataType.Bool, "1", true)]
    [InlineData(DataType.Bool, "0", false)]
    [InlineData(DataType.Int32, "-2147483648", int.MinValue)]
    [InlineData(DataType.Int32, "34.0", 34)]
    [InlineData(DataType.Int64, "9223372036854775807", long.MaxValue)]
    [InlineData(DataType.Int64, "-9223372036854775808", long.MinValue)]
    [InlineData(DataType.Int64, "1234567890123456", 1234567890123456L)]
    [InlineData(DataType.Int64, " +7\t", 7L)]
    [InlineData(DataType.Int64, "\"12\"", 12L)]
    [InlineData(DataType.Int64, "-3.00", -3L)]
    [InlineData(DataType.Float32, "0.1", 0.1f)]
    [InlineData(DataType.Float64, "-0", -0.0)]
    [InlineData(DataType.Float64, "123456.78", 123456.78)]
    [InlineData(DataType.Float64, ".5", 0.5)]
    [InlineData(DataType.Float64, "5.", 5.0)]
    [InlineData(DataType.Float64, "1.7976931348623157E308", double.MaxValue)]
    [InlineData(DataType.Float64, "4.9406564584124654e-324", double.Epsilon)]
    [InlineData(DataType.Float64, "90071992547409.93", 90071992547409.93)]
    [InlineData(DataType.Float64, "\" 2.5 \"", 2.5)]
    public async Task A_cell_is_read_as_its_columns_type(DataType type, string text, object value)
    {
        (object? read, string? fault) = await ReadCellAsync(type, text);
        Assert.Null(fault);
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData(DataType.Bool, "yes")]
    [InlineData(DataType.Int32, "2147483648")]
    [InlineData(DataType.Int64, "9223372036854775808")]
    [InlineData(DataType.Int64, "12a")]
    [InlineData(DataType.Int64, "12\0")]
    [InlineData(DataType.Int64, "1.5")]
    [InlineData(DataType.Int64, ".")]
    [InlineData(DataType.Int64, "-")]
    [InlineData(DataType.Int64, "\"NA\"")]
    [InlineData(DataType.Int64, "1 2")]
    [InlineData(DataType.Float32, "1e39")]
    [InlineData(DataType.Float64, "1e309")]
    [InlineData(DataType.Float64, "inf")]
    [InlineData(DataType.Float64, "Infinity")]
    [InlineData(DataType.Float64, "1.2.3")]
    [InlineData(DataType.Float64, ".")]
    [InlineData(DataType.Float64, "1\"5")]
    [InlineData(DataType.Decimal, "1.5x")]
    [InlineData(DataType.Date, "2026-02-29")]
    [InlineData(DataType.Date, "2026-2-9")]
    [InlineData(DataType.Date, "2026-02-08T00:00:00")]
    [InlineData(DataType.Timestamp, "2026-02-08T24:00")]
    [InlineData(DataType.Timestamp, "2026-02-08T10")]
    [InlineData(DataType.Timestamp, "2026-02-08T10:00:00.")]
    [InlineData(DataType.Timestamp, "2026-02-08T10:00:00+1")]
    [InlineData(DataType.Timestamp, "2026-02-08T10:00:00 Z")]
    public async Task A_cell_that_is_not_of_its_columns_type_is_a_fault_with_the_value(DataType type, string text)
    {
        (object? read, string? fault) = await ReadCellAsync(type, text);
        Assert.Null(read);
        Assert.Equal($"b:wrong_type:The value '{text}' cannot be read as {type.ToString().ToLowerInvariant()}.", fault);
    }

    [Theory]
    [InlineData("2026-02-08", "2026-02-08T00:00:00Z")]
    [InlineData("2026-02-08T10:11", "2026-02-08T10:11:00Z")]
    [InlineData("2026-02-08 10:11:12.3456789", "2026-02-08T10:11:12.345678Z")]
    [InlineData("2026-02-08T10:11:12Z", "2026-02-08T10:11:12Z")]
    [InlineData("2026-02-08T10:11:12.5+02:30", "2026-02-08T07:41:12.5Z")]
    [InlineData("2026-02-08T10:11:12-0100", "2026-02-08T11:11:12Z")]
    [InlineData("0001-01-01T00:00:00-23", "0001-01-01T23:00:00Z")]
    public async Task A_time_is_read_in_UTC_to_the_microsecond(string text, string utc)
    {
        (object? read, _) = await ReadCellAsync(DataType.Timestamp, text);
        Assert.Equal(DateTime.Parse(utc, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal), read);
    }

    [Fact]
    public async Task A_date_and_a_decimal_are_read_exactly()
    {
        Assert.Equal(new DateOnly(1969, 12, 31), (await ReadCellAsync(DataType.Date, "1969-12-31")).Value);
        Assert.Equal(1234567890.12345678901234567m, (await ReadCellAsync(DataType.Decimal, "1234567890.12345678901234567")).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("\"\"")]
    [InlineData("NA")]
    [InlineData(" NaN ")]
    [InlineData("NULL")]
    public async Task Blank_fields_and_null_values_are_null_where_the_type_is_not_text(string text)
    {
        foreach (DataType type in Enum.GetValues<DataType>().Where(type => type != DataType.String))
            Assert.Equal((null, null), await ReadCellAsync(type, text));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("\"\"", "")]
    [InlineData("NA", "NA")]
    [InlineData(" x ", " x ")]
    [InlineData("\"a\"\"b,\nc\"", "a\"b,\nc")]
    [InlineData("12\" pipe", "12\" pipe")]
    [InlineData("\"\"\"\"", "\"")]
    public async Task Text_is_kept_as_it_is_and_only_the_empty_unquoted_field_is_null(string text, string? value) =>
        Assert.Equal((value, null), await ReadCellAsync(DataType.String, text));

    [Fact]
    public async Task A_null_value_that_looks_like_a_number_is_null()
    {
        CsvDialect dialect = new() { NullValues = ["-999", "1900-01-01"] };
        Assert.Equal((null, null), await ReadCellAsync(DataType.Int64, "-999", dialect));
        Assert.Equal((null, null), await ReadCellAsync(DataType.Float64, " -999", dialect));
        Assert.Equal((null, null), await ReadCellAsync(DataType.Date, "1900-01-01", dialect));
        Assert.Equal((998L, null), await ReadCellAsync(DataType.Int64, "998", dialect));
    }

    [Fact]
    public async Task A_long_value_is_shown_shortened()
    {
        (_, string? fault) = await ReadCellAsync(DataType.Int64, new string('x', 500));
        Assert.Equal($"b:wrong_type:The value '{new string('x', 80)}…' cannot be read as int64.", fault);
    }

    [Fact]
    public Task Floating_point_numbers_are_rounded_as_the_framework_does() =>
        Gen.OneOf(
                Gen.Double.Select(value => value.ToString("R", CultureInfo.InvariantCulture)),
                Gen.Select(Gen.Decimal[-1_000_000m, 1_000_000m], Gen.Int[0, 12], (value, digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture)),
                Gen.Select(Gen.Long[0, 1L << 60], Gen.Int[0, 18], (digits, point) => digits.ToString(CultureInfo.InvariantCulture) is var text && point < text.Length ? text.Insert(point, ".") : text),
                Gen.OneOf("0", "1", "9", "5", ".", "-", "+", "e", "E", " ").Array[1, 12].Select(string.Concat))
            .Array[1, 40].SampleAsync(async texts =>
            {
                Column<double> column = await ReadColumnAsync<double>(DataType.Float64, texts);
                for (int row = 0; row < texts.Length; row++)
                {
                    const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
                    bool isNumber = double.TryParse(texts[row].Trim(' '), Styles, CultureInfo.InvariantCulture, out double expected) && double.IsFinite(expected);
                    Assert.Equal(isNumber, !column.IsNull(row));
                    if (isNumber)
                        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(column.Values[row]));
                }
            }, iter: 3000);

    [Fact]
    public Task Integers_are_read_as_the_framework_does() =>
        Gen.OneOf(
                Gen.Long.Select(value => value.ToString(CultureInfo.InvariantCulture)),
                Gen.Int[-100_000_000, 100_000_000].Select(value => value.ToString(CultureInfo.InvariantCulture)),
                Gen.UInt.Select(value => value.ToString(CultureInfo.InvariantCulture)),
                Gen.OneOf("0", "1", "9", "8", "-", "+", "x", ":", "/").Array[1, 20].Select(string.Concat))
            .Array[1, 40].SampleAsync(async texts =>
            {
                Column<long> column = await ReadColumnAsync<long>(DataType.Int64, texts);
                Column<int> narrow = await ReadColumnAsync<int>(DataType.Int32, texts);
                for (int row = 0; row < texts.Length; row++)
                {
                    bool isNumber = long.TryParse(texts[row], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long expected);
                    Assert.Equal(isNumber ? expected : null, column.GetValue(row));
                    Assert.Equal(isNumber && expected == (int)expected ? (int)expected : null, narrow.GetValue(row));
                }
            }, iter: 3000);

    [Fact]
    public Task However_one_kind_of_cell_follows_another_each_is_read_as_it_stands() =>
        Gen.Select(
                Gen.OneOf("7", "123456.78", "-4", "-98765.4321", "1234567890123", "-0.000123", "12345678", "123456789", "1e3", "34.0", "x", "-", ".", "", "\"5\"", " 6"),
                Gen.Int[1, 400])
            .Array[1, 12].SampleAsync(async stretches =>
            {
                string[] texts = [.. stretches.SelectMany(stretch => Enumerable.Range(0, stretch.Item2).Select(i => i % 50 == 49 ? "8" : stretch.Item1))];
                Column<double> column = await ReadColumnAsync<double>(DataType.Float64, texts);
                Column<long> whole = await ReadColumnAsync<long>(DataType.Int64, texts);
                Column<float> single = await ReadColumnAsync<float>(DataType.Float32, texts);
                for (int row = 0; row < texts.Length; row++)
                {
                    bool isNumber = double.TryParse(texts[row].Trim('"', ' '), CultureInfo.InvariantCulture, out double expected);
                    Assert.Equal(isNumber ? expected : null, column.GetValue(row));
                    Assert.Equal(isNumber ? (float)expected : null, single.GetValue(row));
                    Assert.Equal(isNumber && expected == Math.Floor(expected) && texts[row] != "1e3" ? (long)expected : null, whole.GetValue(row));
                }
            }, iter: 100);

    private static async Task<Column<T>> ReadColumnAsync<T>(DataType type, string[] texts)
        where T : unmanaged
    {
        SourceFile file = new MemoryStore().Add("a.csv", Encoding.UTF8.GetBytes("a,b\n" + string.Concat(texts.Select(text => $"{text},x\n"))));
        await using IRecordReader reader = new CsvFormat(new CsvDialect()).CreateReader(new Schema([new Field("a", type)]), texts.Length);
        await reader.OpenAsync(file, TextRecord.Whole(file), TestContext.Current.CancellationToken);
        RecordBatch batch = new();
        Assert.True(await reader.ReadAsync(batch, TestContext.Current.CancellationToken));
        return (Column<T>)batch.Columns[0];
    }

    /// <summary>Reads a cell four times over, so that all ways to read numbers are taken.</summary>
    private static async Task<(object? Value, string? Fault)> ReadCellAsync(DataType type, string text, CsvDialect? dialect = null)
    {
        List<(object? Value, string? Fault)> results = [];
        foreach (string body in new[] { $"x,{text}\n", $"x,{text}\r\n", $"x,{text}", string.Concat(Enumerable.Repeat($"x,{text}\n", 5)) })
        {
            SourceFile file = new MemoryStore().Add("a.csv", Encoding.UTF8.GetBytes("a,b\n" + body));
            await using IRecordReader reader = new CsvFormat(dialect ?? new CsvDialect()).CreateReader(new Schema([new Field("b", type)]), 5);
            await reader.OpenAsync(file, TextRecord.Whole(file), TestContext.Current.CancellationToken);
            RecordBatch batch = new();
            Assert.True(await reader.ReadAsync(batch, TestContext.Current.CancellationToken));
            for (int row = 0; row < batch.RowCount; row++)
                results.Add((
                    batch.Columns[0].GetValue(row),
                    batch.Faults.Where(fault => fault.Row == row).Select(fault => $"{fault.Column}:{fault.Code}:{fault.Reason}").SingleOrDefault()));
        }

        Assert.All(results, result => Assert.Equal(results[0], result));
        return results[0];
    }
}
