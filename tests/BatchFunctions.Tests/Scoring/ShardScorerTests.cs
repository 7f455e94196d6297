using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Data.Text;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Scoring;
using BatchFunctions.Storage;
using BatchFunctions.Telemetry;
using BatchFunctions.Tests.Models;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tests.Scoring;

public sealed class ShardScorerTests : IDisposable
{
    private const int Batches = 25;
    private const int BatchesUntilSteady = 5;
    private const int Features = 7;

    /// <summary>The rows of a row group of the input, of which five make one of the output.</summary>
    private const int GroupRows = 50_000;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Schema Columns { get; } = new([new Field("id", DataType.Int64), .. Enumerable.Range(0, Features).Select(Feature)]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_batch_of_numeric_Parquet_allocates_nothing_from_its_read_to_the_write_of_its_predictions()
    {
        using MemoryStream bytes = new();
        RecordBatch rows = Rows(GroupRows);
        await using (ParquetRecordWriter writer = new(bytes, Columns, new ParquetWriterOptions { RowGroupRows = GroupRows }))
        {
            for (int i = 0; i < Batches; i++)
                await writer.WriteAsync(rows.Columns, GroupRows, Token);
            await writer.CompleteAsync(Token);
        }

        Assert.Equal(0, await MeasureAsync("in.parquet", bytes.ToArray(), new ParquetFormat()));
    }

    [Fact]
    public async Task A_batch_of_numeric_CSV_allocates_nothing_either()
    {
        StringBuilder text = new(string.Join(',', Columns.Select(column => column.Name)) + "\n");
        for (int row = 0; row < Batches * ShardScorer.TextBatchRows; row++)
            text.Append(CultureInfo.InvariantCulture, $"{row},{row % 83},{row % 1000 / 100.0},-{row % 7}.25,{row % 97},0.5,{row % 2},{row % 5}\n");

        Assert.Equal(0, await MeasureAsync("in.csv", Encoding.UTF8.GetBytes(text.ToString()), new CsvFormat(new CsvDialect())));
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

    /// <summary>The bytes allocated from the end of one batch, by when all memory is as large as it gets, to the end of the last one.</summary>
    private async Task<long> MeasureAsync(string name, byte[] content, IRecordFormat format)
    {
        LocalObjectStore store = new(_folder.Path);
        ObjectProperties put = (await store.PutAsync(name, content, PutCondition.None, Token))!;
        SourceFile file = new(store, name, put.Length, put.ETag);
        IReadOnlyList<Segment> segments = await format.SplitAsync(file, 0, 10_000_000, Token);
        using ModelSession session = TinyModels.Load("network", "features: [f0, f1, f2, f3, f4, f5, f6]");
        using BatchMeter meter = new();
        JobDefinition job = Job(session, put, format.Format);
        await using ShardScorer scorer = new(job, session, new InputFormats(job), meter, 4096);

        long[] allocated = new long[2 * Batches];
        int batches = 0;
        using MeterListener listener = new();
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => allocated[batches++] = GC.GetAllocatedBytesForCurrentThread());
        listener.EnableMeasurementEvents(meter.RecordsProcessed);

        return await Allocations.LeastAsync(async () =>
        {
            batches = 0;
            await using StagedPart predictions = new(new StoreLocation(store, ""), "predictions");
            await scorer.ScoreAsync(
                [file], new Shard(0, segments), await predictions.OpenAsync(Token), _ => throw new InvalidOperationException("There are no rejects."), Token);
            Assert.Equal(Batches, batches);
            return allocated[batches - 1] - allocated[BatchesUntilSteady - 1];
        });
    }

    private static JobDefinition Job(ModelSession session, ObjectProperties file, FileFormat format)
    {
        PipelineDefinition pipeline = PipelineLoader.Load(
            """
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
            """,
            "pipeline.yaml",
            _ => null);
        return new JobDefinition
        {
            Request = new JobRequest { JobId = "job", Pipeline = "pipeline.yaml", RequestedAt = DateTimeOffset.UnixEpoch },
            Pipeline = PredictionSchema.WithModelDefaults(pipeline, session.Signature, session.Manifest),
            PipelineSha256 = "",
            PipelineJson = "",
            Model = new PinnedModel("network", "1", "", ""),
            ModelsFolder = "",
            SourceStore = "",
            SourcePrefix = "",
            Format = format,
            Snapshot = [new SnapshotFile(file.Key, file.Length, file.ETag, new Dictionary<string, string>())],
            Columns = [.. Columns],
            PartitionColumns = [],
            BatchSize = 4096,
            Software = SoftwareVersions.OfThisProcess(),
            RunFolder = "",
            Date = DateOnly.FromDateTime(DateTime.UnixEpoch),
            PreparedAt = DateTimeOffset.UnixEpoch,
        };
    }
}
