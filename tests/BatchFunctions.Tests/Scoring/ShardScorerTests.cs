using System.Globalization;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Data.Text;
using BatchFunctions.Scoring;
using BatchFunctions.Tests.Models;

namespace BatchFunctions.Tests.Scoring;

public sealed class ShardScorerTests : IDisposable
{
    private const int Batches = 26;
    private const int Features = 7;

    /// <summary>The rows of a row group of the input, each of two batches.</summary>
    private const int GroupRows = 2 * ShardScorer.ReadRows;

    private const string Pipeline = """
        name: numbers
        source: { path: in, id: id }
        model: network@1
        output: { path: out }
        validation:
          columns:
            f0: { type: float64, min: -1000 }
            f3: { type: int64, max: 100 }
        decisions:
          threshold: 0.5
          bands: { low: 0.3, medium: 0.7, high: 1.0 }
        """;

    private readonly ShardBench _bench = new(TinyModels.Load("network", "features: [f0, f1, f2, f3, f4, f5, f6]"), Pipeline, Columns);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Schema Columns { get; } = new([new Field("id", DataType.Int64), .. Enumerable.Range(0, Features).Select(Feature)]);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_batch_of_numeric_Parquet_allocates_nothing_from_its_read_to_the_write_of_its_predictions()
    {
        using MemoryStream bytes = new();
        RecordBatch rows = Rows(GroupRows);
        await using (ParquetRecordWriter writer = new(bytes, Columns, new ParquetWriterOptions { RowGroupRows = GroupRows }))
        {
            for (int i = 0; i < Batches / 2; i++)
                await writer.WriteAsync(rows.Columns, GroupRows, Token);
            await writer.CompleteAsync(Token);
        }

        Assert.Equal(0, await _bench.MeasureAsync("in.parquet", bytes.ToArray(), new ParquetFormat(), Batches));
    }

    [Fact]
    public async Task A_batch_of_numeric_CSV_allocates_nothing_either()
    {
        StringBuilder text = new(string.Join(',', Columns.Select(column => column.Name)) + "\n");
        for (int row = 0; row < Batches * ShardScorer.ReadRows; row++)
            text.Append(CultureInfo.InvariantCulture, $"{row},{row % 83},{row % 1000 / 100.0},-{row % 7}.25,{row % 97},0.5,{row % 2},{row % 5}\n");

        Assert.Equal(0, await _bench.MeasureAsync("in.csv", Encoding.UTF8.GetBytes(text.ToString()), new CsvFormat(new CsvDialect()), Batches));
    }

    private static Field Feature(int number) =>
        new(string.Create(CultureInfo.InvariantCulture, $"f{number}"), number == 3 ? DataType.Int64 : DataType.Float64);

    private static RecordBatch Rows(int count)
    {
        Random random = new(7);
        RecordBatch batch = new();
        batch.Reset(Columns, count);
        foreach (Column column in batch.Columns)
            for (int row = 0; row < count; row++)
                Models.Batches.Set(column, row, column.Field.Name == "id" ? row : random.Next(-40, 40) / (column is Column<double> ? 8.0 : 1));
        return batch;
    }
}
