using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Text;
using CsCheck;

namespace BatchFunctions.Tests.Data.Text;

public sealed class JsonLinesTests
{
    private static readonly Schema Wanted = new(
    [
        new Field("i", DataType.Int64), new Field("f", DataType.Float64), new Field("b", DataType.Bool), new Field("s", DataType.String),
        new Field("d", DataType.Date), new Field("m", DataType.Decimal),
    ]);

    [Theory]
    [InlineData("""{"i":1,"f":2.5,"b":true,"s":"x","d":"2026-02-08","m":1.10}""", "1|2.5|True|x|2026-02-08|1.10")]
    [InlineData("""  { "m" : -1 , "s" : "a\"b\u00e9\ud83d\ude00\n" , "i" : 34.0 }  """, "34|∅|∅|a\"bé😀\n|∅|-1")]
    [InlineData("""{"i":null,"s":null,"other":{"i":5},"f":1e3}""", "∅|1000|∅|∅|∅|∅")]
    [InlineData("""{"i":1,"i":2,"s":"x","s":null}""", "2|∅|∅|∅|∅|∅")]
    [InlineData("""{"s":12.50}""", "∅|∅|∅|12.50|∅|∅")]
    [InlineData("""{"s":false}""", "∅|∅|∅|false|∅|∅")]
    [InlineData("""{"s":{"a": [1, "]"]},"i":1}""", """1|∅|∅|{"a": [1, "]"]}|∅|∅""")]
    [InlineData("""{"s":[ ]}""", "∅|∅|∅|[ ]|∅|∅")]
    [InlineData("""{"s":""}""", "∅|∅|∅||∅|∅")]
    [InlineData("{}", "∅|∅|∅|∅|∅|∅")]
    [InlineData("""{"\u0069":7}""", "7|∅|∅|∅|∅|∅")]
    public async Task Values_are_read_by_property_name(string line, string cells)
    {
        TextRecord record = Assert.Single(await ReadAsync(line));
        Assert.Equal((cells, string.Empty), (Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(record.Cells.Replace("∅", "\x01", StringComparison.Ordinal))).Replace("\x01", "∅", StringComparison.Ordinal), record.Faults));
    }

    [Theory]
    [InlineData("""{"i":"1"}""", "i:wrong_type:The value \"1\" cannot be read as int64.")]
    [InlineData("""{"i":1.5}""", "i:wrong_type:The value 1.5 cannot be read as int64.")]
    [InlineData("""{"i":true}""", "i:wrong_type:The value true cannot be read as int64.")]
    [InlineData("""{"i":9223372036854775808}""", "i:wrong_type:The value 9223372036854775808 cannot be read as int64.")]
    [InlineData("""{"f":[1]}""", "f:wrong_type:The value [1] cannot be read as float64.")]
    [InlineData("""{"f":1e999}""", "f:wrong_type:The value 1e999 cannot be read as float64.")]
    [InlineData("""{"b":1}""", "b:wrong_type:The value 1 cannot be read as bool.")]
    [InlineData("""{"d":"yesterday"}""", "d:wrong_type:The value \"yesterday\" cannot be read as date.")]
    [InlineData("""{"d":20260208}""", "d:wrong_type:The value 20260208 cannot be read as date.")]
    public async Task A_value_of_another_type_is_a_fault_of_its_column(string line, string fault)
    {
        List<TextRecord> records = await ReadAsync(line + "\n" + """{"i":5}""");
        Assert.Equal([fault, string.Empty], records.Select(record => record.Faults));
        Assert.Equal("∅|∅|∅|∅|∅|∅", records[0].Cells);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("   ")]
    [InlineData("""{"i":1}{"i":2}""")]
    [InlineData("""{"i":1} x""")]
    [InlineData("""{"i":01}""")]
    [InlineData("""{"i":NaN}""")]
    [InlineData("""{"i":1,}""")]
    [InlineData("""{"i":1""")]
    [InlineData("""{"s":"\ud800"}""")]
    [InlineData("""{'i':1}""")]
    public async Task A_line_that_is_not_a_JSON_object_is_a_fault_of_the_record(string line)
    {
        List<TextRecord> records = await ReadAsync($$"""{"i":4}""" + $"\n{line}\r\n\n" + """{"i":5}""");
        Assert.Equal(["4|∅|∅|∅|∅|∅", "∅|∅|∅|∅|∅|∅", "5|∅|∅|∅|∅|∅"], records.Select(record => record.Cells));
        Assert.StartsWith(":malformed:The record is not ", records[1].Faults, StringComparison.Ordinal);
        Assert.Equal(line, records[1].Raw);
        Assert.Equal((8L, 1L), (records[1].Offset, records[1].Number));
    }

    [Fact]
    public async Task Nesting_length_and_encoding_have_limits()
    {
        byte[] text =
        [
            .. Encoding.UTF8.GetBytes("{\"s\":" + new string('[', 100) + new string(']', 100) + "}\n{\"s\":\"" + new string('x', 2000) + "\"}\n"),
            .. "{\"s\":\""u8, 0xFF, .. "\"}\n{\"i\":1}"u8,
        ];
        SourceFile file = new MemoryStore().Add("a.jsonl", text);
        List<TextRecord> records = await TextRecord.ReadAsync(new JsonLinesFormat(1000, 64, 64), file, Wanted, [TextRecord.Whole(file)]);
        Assert.Equal(["malformed", "too_long", "malformed", ""], records.Select(record => record.Faults.Split(':').ElementAtOrDefault(1) ?? string.Empty));
    }

    [Fact]
    public async Task The_schema_is_guessed_from_the_first_records()
    {
        SourceFile file = new MemoryStore().Add("a.jsonl", """
            {"i":1,"f":1,"n":null,"mixed":1}
            broken
            {"f":1.5,"b":true,"mixed":"x","o":{"i":1.5}}
            """u8.ToArray());
        Schema schema = await new JsonLinesFormat().ReadSchemaAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal("i: Int64, f: Float64, n: String, mixed: String, b: Bool, o: String", schema.ToString());
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("id,name\n1,2\n", "is not JSON Lines: none of its first 2 lines is a JSON object.")]
    public async Task A_file_that_is_not_JSON_Lines_is_refused(string text, string message)
    {
        SourceFile file = new MemoryStore().Add("a.jsonl", Encoding.UTF8.GetBytes(text));
        var error = await Assert.ThrowsAsync<BatchFunctionsException>(() => new JsonLinesFormat().ReadSchemaAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorKind.Request, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task Any_cut_gives_the_same_records() =>
        Gen.Select(
                Gen.OneOf("{\"i\":1}", "\n", "\r\n", "\r", "\"", "{\"s\":\"a,b\"}", " ", "é", ",").Array[0, 40].Select(string.Concat),
                Gen.Int[1, 5], Gen.OneOf(1, 2, 3, 7, 64, 100), Gen.Double[0, 1])
            .SampleAsync(async (body, target, chunkSize, cut) =>
            {
                byte[] text = Encoding.UTF8.GetBytes("\uFEFF" + body);
                SourceFile file = new MemoryStore(late: chunkSize == 3).Add("a.jsonl", text);
                JsonLinesFormat format = new(20, chunkSize, chunkSize);
                List<TextRecord> whole = await TextRecord.ReadAsync(new JsonLinesFormat(20), file, Wanted, [TextRecord.Whole(file)]);
                string[] lines = body.Split('\n').Select((line, i) => line.EndsWith('\r') ? line[..^1] : line).Where(line => line.Length > 0).ToArray();
                Assert.Equal(lines.Select(line => Encoding.UTF8.GetByteCount(line)).Select(length => Math.Min(20, length)), whole.Select(record => record.Raw.Length));

                IReadOnlyList<Segment> segments = await format.SplitAsync(file, 0, target, TestContext.Current.CancellationToken);
                Assert.Equal(whole, await TextRecord.ReadAsync(format, file, Wanted, segments));
                long at = (long)(cut * text.Length);
                Segment[] halves =
                [
                    await format.SplitRangeAsync(file, 0, 0, at, TestContext.Current.CancellationToken),
                    await format.SplitRangeAsync(file, 0, at, text.Length, TestContext.Current.CancellationToken),
                ];
                Assert.Equal(whole, await TextRecord.ReadAsync(format, file, Wanted, halves));
            }, iter: 500);

    private static async Task<List<TextRecord>> ReadAsync(string text)
    {
        SourceFile file = new MemoryStore().Add("a.jsonl", Encoding.UTF8.GetBytes(text));
        List<TextRecord> whole = await TextRecord.ReadAsync(new JsonLinesFormat(), file, Wanted, [TextRecord.Whole(file)]);
        foreach (int chunk in new[] { 1, 7 })
            Assert.Equal(whole, await TextRecord.ReadAsync(new JsonLinesFormat(1 << 20, chunk, chunk), file, Wanted, [TextRecord.Whole(file)]));
        return whole;
    }
}
