using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Text;
using CsCheck;

namespace BatchFunctions.Tests.Data.Text;

public sealed class CsvBoundaryTests
{
    private static readonly int[] ChunkSizes = [1, 2, 3, 7, 61, 64, 65, 130, 1 << 16];

    private static readonly Schema Wanted = new([new Field("y", DataType.String), new Field("x", DataType.String)]);

    /// <summary>Texts of the worst kind: quotes anywhere, lone carriage returns, empty lines, several bytes to a character.</summary>
    private static readonly Gen<byte[]> Bodies =
        Gen.Frequency((6, Gen.OneOf("\"", "\"\"", ",", "\n", "\r", "\r\n", "a", "é", "€", "bcd", " ")), (2, Gen.OneOf("1,2\n", "\"p,q\",\"r\ns\"\r\n", "u\"v,\"\"\n")))
            .Array[0, 120].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)));

    private static readonly Gen<CsvDialect> Dialects =
        Gen.Select(Gen.Bool, Gen.OneOf(5, 64, 1 << 20), (newlines, most) => new CsvDialect { QuotedNewlines = newlines, MaxRecordBytes = most });

    private static readonly Gen<(byte[] Text, CsvDialect Dialect)> Files =
        Gen.Select(Bodies, Gen.OneOf("x,y\n", "\uFEFFx,y\r\n", "\n\"x\",y\n"), Dialects, (body, header, dialect) => ((byte[])[.. Encoding.UTF8.GetBytes(header), .. body], dialect));

    [Fact]
    public Task Every_chunk_size_gives_the_records_that_the_rules_say() =>
        Files.SampleAsync(async file =>
        {
            CsvDialect dialect = file.Dialect;
            List<TextRecord> expected = Expected(file.Text, dialect);
            foreach (int chunkSize in ChunkSizes)
            {
                List<TextRecord> records = await ReadAsync(file.Text, dialect, chunkSize);
                Assert.Equal(expected, records.Select(record => record with { Faults = CodesOf(record.Faults) }));
            }
        }, iter: 400);

    [Fact]
    public Task Long_files_that_are_mostly_in_order_give_the_records_that_the_rules_say() =>
        Gen.Select(
                Gen.Frequency(
                    (60, Gen.OneOf("1,2\n", "34567,8\n", "\"p,q\",\"r\ns\"\r\n", "\"a\"\"b\",\"\"\n", "x,\r\n", ",é\n")),
                    (1, Gen.OneOf("\n", "\r\n", "\r", "1\n", "1,2,3\n", "\"u\"v,w\n", "u\"v,\"w\"\n", "\"open", "\""))).Array[0, 2500],
                Dialects, Gen.OneOf(1 << 10, 1 << 16), Gen.OneOf(100, 300, 16_384))
            .SampleAsync(async (parts, dialect, chunkSize, batchRows) =>
            {
                byte[] text = Encoding.UTF8.GetBytes("x,y\n" + string.Concat(parts));
                SourceFile source = new MemoryStore().Add("a.csv", text);
                List<TextRecord> records = await TextRecord.ReadAsync(new CsvFormat(dialect, chunkSize, chunkSize), source, Wanted, [TextRecord.Whole(source)], batchRows);
                Assert.Equal(Expected(text, dialect), records.Select(record => record with { Faults = CodesOf(record.Faults) }));
            }, iter: 100);

    [Fact]
    public Task Segments_of_any_size_cut_at_any_chunk_size_hold_every_record_once() =>
        Gen.Select(Files, Gen.Int[1, 9], Gen.OneOf(ChunkSizes)).SampleAsync(async (file, target, chunkSize) =>
        {
            CsvDialect dialect = file.Dialect;
            CsvFormat format = new(dialect, 1 << 16, chunkSize);
            SourceFile source = new MemoryStore().Add("a.csv", file.Text);
            List<TextRecord> whole = await ReadAsync(file.Text, dialect, 1 << 16);
            IReadOnlyList<Segment> segments = await format.SplitAsync(source, 5, target, TestContext.Current.CancellationToken);

            Assert.Equal(whole, await TextRecord.ReadAsync(format, source, Wanted, segments));
            Assert.Equal(whole.Count, segments.Sum(segment => segment.Records));
            Assert.All(segments.SkipLast(1), segment => Assert.Equal(target, segment.Records));
            Assert.All(segments, segment => Assert.Equal(5, segment.File));
            for (int i = 1; i < segments.Count; i++)
            {
                Assert.Equal(segments[i - 1].Start + segments[i - 1].Length, segments[i].Start);
                Assert.Equal(segments[i - 1].FirstRecord + segments[i - 1].Records, segments[i].FirstRecord);
            }

            if (segments.Count > 0)
                Assert.Equal((0, file.Text.Length), (segments[0].FirstRecord, segments[^1].Start + segments[^1].Length));
        }, iter: 500);

    [Fact]
    public Task Any_partition_into_byte_ranges_holds_every_record_once() =>
        Gen.Select(Files, Gen.Double[0, 1].Array[0, 4], Gen.OneOf(ChunkSizes)).SampleAsync(async (file, cuts, chunkSize) =>
        {
            CsvDialect dialect = file.Dialect;
            List<TextRecord> whole = await ReadAsync(file.Text, dialect, 1 << 16);
            long[] bounds = [0, .. cuts.Select(cut => (long)(cut * file.Text.Length)).Order(), file.Text.Length];
            Assert.Equal(whole, await ReadRangesAsync(file.Text, dialect, bounds, chunkSize));
        }, iter: 500);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_cut_in_two_at_every_byte_gives_the_same_records(bool quotedNewlines)
    {
        byte[] text = Encoding.UTF8.GetBytes(
            "\uFEFFx,y\r\n1,\"a,b\"\r\n\r\n2,\"line one\nline \"\"two\"\"\"\n3,say \"hi\"\n\"\",\n\n4,\"text\"behind\n5\n\"6\",é\n7,8,9\n\r\n\"never,closed\n1,2\n");
        CsvDialect dialect = new() { QuotedNewlines = quotedNewlines };
        List<TextRecord> whole = await ReadAsync(text, dialect, 1 << 16);
        Assert.Equal(Expected(text, dialect), whole.Select(record => record with { Faults = CodesOf(record.Faults) }));
        for (int cut = 0; cut <= text.Length; cut++)
            Assert.Equal(whole, await ReadRangesAsync(text, dialect, [0, cut, text.Length], 16));
    }

    [Fact]
    public async Task Every_byte_range_of_a_file_gives_the_records_that_start_in_it()
    {
        byte[] text = Encoding.UTF8.GetBytes("x,y\n1,\"a\nb\"\n\n\"\"\"\",\"\"\n3,\"c,\r\n\"\r\n4,d\"\n");
        List<TextRecord> whole = await ReadAsync(text, new CsvDialect(), 1 << 16);
        Assert.Equal(4, whole.Count);
        CsvFormat format = new(new CsvDialect(), 7, 5);
        SourceFile source = new MemoryStore().Add("a.csv", text);
        for (int from = 0; from <= text.Length; from++)
            for (int to = from; to <= text.Length; to++)
            {
                Segment segment = await format.SplitRangeAsync(source, 0, from, to, TestContext.Current.CancellationToken);
                Assert.Equal(
                    whole.Where(record => record.Offset >= from && record.Offset < to),
                    await TextRecord.ReadAsync(format, source, Wanted, [segment]));
            }
    }

    [Fact]
    public void A_scan_from_every_state_is_the_step_by_step_walk_from_it() =>
        Gen.Select(Bodies, Gen.Int[0, 300], Gen.Bool).Sample((body, padding, quotes) =>
        {
            RecordFraming framing = new((byte)',', quotes, true, 100);
            byte[] text = [.. body, .. new byte[padding], .. body];
            var lanes = new BoundaryLane[BoundaryScanner.States];
            BoundaryScanner.RunAll(framing, text, lanes);
            for (int i = 0; i < lanes.Length; i++)
            {
                BoundaryState state = (BoundaryState)i;
                long records = text.Count(value => BoundaryScanner.Step(framing, value, ref state));
                Assert.Equal((state, records), (lanes[i].State, lanes[i].Records));
            }
        }, iter: 3000);

    private static async Task<List<TextRecord>> ReadRangesAsync(byte[] text, CsvDialect dialect, long[] bounds, int chunkSize)
    {
        CsvFormat format = new(dialect, 1 << 16, chunkSize);
        SourceFile source = new MemoryStore().Add("a.csv", text);
        List<Segment> segments = [];
        for (int i = 1; i < bounds.Length; i++)
            segments.Add(await format.SplitRangeAsync(source, 0, bounds[i - 1], bounds[i], TestContext.Current.CancellationToken));
        return await TextRecord.ReadAsync(format, source, Wanted, segments);
    }

    private static Task<List<TextRecord>> ReadAsync(byte[] text, CsvDialect dialect, int chunkSize)
    {
        SourceFile source = new MemoryStore(late: chunkSize % 2 == 1).Add("a.csv", text);
        return TextRecord.ReadAsync(new CsvFormat(dialect, chunkSize, chunkSize), source, Wanted, [TextRecord.Whole(source)]);
    }

    private static List<TextRecord> Expected(byte[] text, CsvDialect dialect) =>
    [
        .. ReferenceCsv.Parse(text, dialect).Skip(1).Select((record, number) =>
        {
            string fault = record.End - record.Start > dialect.MaxRecordBytes ? ":too_long"
                : record.IsMalformed ? ":malformed"
                : record.Fields.Count != 2 ? ":ragged" : string.Empty;
            int end = Math.Min(record.End, record.Start + dialect.MaxRecordBytes);
            string cells = fault.Length > 0 ? "∅|∅" : $"{record.Fields[1] ?? "∅"}|{record.Fields[0] ?? "∅"}";
            return new TextRecord(number, record.Start, Encoding.Latin1.GetString(text[record.Start..end]), cells, fault);
        }),
    ];

    private static string CodesOf(string faults) => string.Join(':', faults.Split(':').Take(2));
}
