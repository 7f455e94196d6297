using System.Diagnostics.Metrics;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Scoring;
using BatchFunctions.Storage;
using BatchFunctions.Telemetry;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tests.Scoring;

/// <summary>Scores one file as one shard, over and over, and measures what its batches allocate.</summary>
internal sealed class ShardBench(ModelSession session, string pipeline, Schema columns) : IDisposable
{
    private const int BatchesUntilSteady = 5;
    private const int BatchSize = 4096;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        session.Dispose();
        _folder.Dispose();
    }

    /// <summary>The bytes allocated from the end of one batch, by when all memory is as large as it gets, to the end of the last one.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="content">The file; no record of it is a reject.</param>
    /// <param name="format">Its format.</param>
    /// <param name="batches">How many batches it has.</param>
    public async Task<long> MeasureAsync(string name, byte[] content, IRecordFormat format, int batches)
    {
        LocalObjectStore store = new(_folder.Path);
        ObjectProperties put = (await store.PutAsync(name, content, PutCondition.None, Token))!;
        SourceFile file = new(store, name, put.Length, put.ETag);
        IReadOnlyList<Segment> segments = await format.SplitAsync(file, 0, 10_000_000, Token);
        using BatchMeter meter = new();
        JobDefinition job = Job(put, format.Format);
        await using ShardScorer scorer = new(job, session, new InputFormats(job), meter, BatchSize);

        long[] allocated = new long[2 * batches];
        int done = 0;
        using MeterListener listener = new();
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => allocated[done++] = GC.GetAllocatedBytesForCurrentThread());
        listener.EnableMeasurementEvents(meter.RecordsProcessed);

        return await Allocations.LeastAsync(async () =>
        {
            done = 0;
            await using StagedPart predictions = new(new StoreLocation(store, ""), "predictions");
            await scorer.ScoreAsync(
                [file], new Shard(0, segments), await predictions.OpenAsync(Token), _ => throw new InvalidOperationException("There are no rejects."), Token);
            Assert.Equal(batches, done);
            return allocated[done - 1] - allocated[BatchesUntilSteady - 1];
        });
    }

    private JobDefinition Job(ObjectProperties file, FileFormat format) => new()
    {
        Request = new JobRequest { JobId = "job", Pipeline = "pipeline.yaml", RequestedAt = DateTimeOffset.UnixEpoch },
        Pipeline = PredictionSchema.WithModelDefaults(PipelineLoader.Load(pipeline, "pipeline.yaml", _ => null), session.Signature, session.Manifest),
        PipelineSha256 = "",
        PipelineJson = "",
        Model = new PinnedModel("model", "1", "", ""),
        ModelsFolder = "",
        SourceStore = "",
        SourcePrefix = "",
        Format = format,
        Snapshot = [new SnapshotFile(file.Key, file.Length, file.ETag, new Dictionary<string, string>())],
        Columns = [.. columns],
        PartitionColumns = [],
        BatchSize = BatchSize,
        Software = SoftwareVersions.OfThisProcess(),
        RunFolder = "",
        Date = DateOnly.FromDateTime(DateTime.UnixEpoch),
        PreparedAt = DateTimeOffset.UnixEpoch,
    };
}
