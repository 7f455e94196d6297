using System.Globalization;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Data.Text;
using BatchFunctions.Scoring;
using BatchFunctions.Tests.Models;

namespace BatchFunctions.Tests.Scoring;

/// <summary>Records with words, missing ones among them, through every stage that looks at text. Pages are not compressed, as that is no text's business.</summary>
public sealed class TextShardTests : IDisposable
{
    private const int Batches = 26;

    /// <summary>The rows of a row group of the input, each of two batches.</summary>
    private const int GroupRows = 2 * ShardScorer.ReadRows;

    private const string Pipeline = """
        name: words
        source: { path: in, id: id }
        model: words@1
        output: { path: out, include: [x, z, n], compression: none }
        validation:
          columns:
            x: { type: string, allowed: ["Yes", "No", größe] }
            y: { type: string, max_length: 64 }
        decisions:
          threshold: 0.5
          thresholds: { by: x, values: { "Yes": 0.4, "No": 0.6 } }
          bands: { low: 0.3, medium: 0.7, high: 1.0 }
        """;

    private const string Manifest = """
        task: binary
        features:
          - x
          - { name: y, missing: "" }
          - { name: z, missing: a }
          - t
          - { name: n, missing: 0.5 }
        """;

    private static readonly string[] FewWords = ["Yes", "No", "größe"];
    private static readonly string?[] FewWordsOrNone = ["b", null, "a word that is longer than thirty-two bytes", "a"];

    private readonly ShardBench _bench = new(TinyModels.Load("words", Manifest), Pipeline, Columns);

    private static Schema Columns { get; } = new(
        [new Field("id", DataType.String), .. "xyzt".Select(c => new Field($"{c}", DataType.String)), new Field("n", DataType.Float64)]);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_batch_of_words_in_Parquet_allocates_nothing()
    {
        using MemoryStream bytes = new();
        CancellationToken token = TestContext.Current.CancellationToken;
        await using (ParquetRecordWriter writer = new(bytes, Columns, new ParquetWriterOptions { RowGroupRows = GroupRows, Compression = ParquetCompression.None }))
        {
            RecordBatch batch = new();
            for (int i = 0; i < Batches / 2; i++)
            {
                Fill(batch, i * GroupRows, GroupRows);
                await writer.WriteAsync(batch.Columns, GroupRows, token);
            }

            await writer.CompleteAsync(token);
        }

        Assert.Equal(0, await _bench.MeasureAsync("in.parquet", bytes.ToArray(), new ParquetFormat(), Batches));
    }

    [Fact]
    public async Task A_batch_of_words_in_CSV_allocates_nothing()
    {
        StringBuilder text = new("id,x,y,z,t,n\n");
        for (int row = 0; row < Batches * ShardScorer.ReadRows; row++)
            text.AppendJoin(',', Values(row).Select(v => Convert.ToString(v, CultureInfo.InvariantCulture))).Append('\n');

        Assert.Equal(0, await _bench.MeasureAsync("in.csv", Encoding.UTF8.GetBytes(text.ToString()), new CsvFormat(new CsvDialect()), Batches));
    }

    private static void Fill(RecordBatch batch, int first, int rows)
    {
        batch.Reset(Columns, rows);
        for (int row = 0; row < rows; row++)
        {
            object?[] values = Values(first + row);
            for (int c = 0; c < values.Length; c++)
                Models.Batches.Set(batch.Columns[c], row, values[c]);
        }
    }

    private static object?[] Values(int row) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"CUST_{row:D8}"),
        FewWords[row % 3],
        FewWordsOrNone[row % 4],
        FewWordsOrNone[row / 3 % 4],
        row % 5 == 0 ? "low" : "high",
        row % 7 == 0 ? null : row % 100 / 8.0,
    ];
}
