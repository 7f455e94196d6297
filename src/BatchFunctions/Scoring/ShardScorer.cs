using BatchFunctions.Data;
using BatchFunctions.Metrics;
using BatchFunctions.Models;
using BatchFunctions.Planning;
using BatchFunctions.Telemetry;

namespace BatchFunctions.Scoring;

/// <summary>
/// Scores shards, one after the other: read, score, write. One worker owns one; its memory is kept from shard to shard and is
/// bounded by a few batches.
/// </summary>
internal sealed class ShardScorer : IAsyncDisposable
{
    /// <summary>The number of rows that are read and scored at a time, so that they stay in the cache; more only where a model run takes more.</summary>
    public const int ReadRows = 16_384;

    /// <summary>The number of records that are looked at to see whether a request makes sense at all.</summary>
    public const int InspectedRecords = 128;

    private readonly JobDefinition _job;
    private readonly InputFormats _formats;
    private readonly Schema _columns;
    private readonly BatchMeter _meter;
    private readonly KeyValuePair<string, object?> _pipelineTag;
    private readonly Dictionary<FileFormat, IRecordReader> _readers = [];
    private readonly RecordOrigins _origins = new();
    private readonly RecordBatch _batch = new();
    private readonly PartitionColumns _partitions;
    private readonly RecordScorer _scorer;
    private readonly RecordWriters _writers;
    private readonly ScoreScale _scale;

    /// <summary>Sets up the stages for a job.</summary>
    /// <param name="job">What the job is pinned to.</param>
    /// <param name="session">Its model.</param>
    /// <param name="formats">Its files' formats.</param>
    /// <param name="meter">Where records are counted while the job runs.</param>
    /// <param name="batchSize">Rows handed to one model run.</param>
    /// <param name="challenger">Its challenger; null where it has none.</param>
    public ShardScorer(JobDefinition job, ModelSession session, InputFormats formats, BatchMeter meter, int batchSize, ModelSession? challenger = null)
    {
        _job = job;
        _formats = formats;
        _meter = meter;
        _pipelineTag = new(BatchMeter.PipelineTag, job.Pipeline.Name);
        _scale = ScoreCounter.ScaleOf(session.Signature.Task, job.Pipeline.Decisions);
        _columns = new Schema(job.Columns);
        _partitions = new PartitionColumns(job.PartitionColumns);
        _batch.SetExtras(_partitions.Columns);
        _scorer = new RecordScorer(job.Pipeline, [.. job.Columns, .. job.PartitionColumns], session, batchSize, job.Evaluation, job.Drift, challenger is null ? null : (job.Challenger!, challenger));
        _writers = new RecordWriters(job.Pipeline.Output, _scorer.Schema);
    }

    /// <summary>Rows handed to one model run.</summary>
    public int BatchSize => _scorer.BatchSize;

    /// <summary>Scores <paramref name="shard"/>.</summary>
    /// <param name="files">The snapshot's files, in order.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="predictions">Where the predictions go, as a whole file.</param>
    /// <param name="openRejects">Gives where the rejects go, as JSON Lines; asked for only where there are any.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    public async Task<ShardScores> ScoreAsync(
        IReadOnlyList<SourceFile> files, Shard shard, Stream predictions, Func<CancellationToken, ValueTask<Stream>> openRejects, CancellationToken cancellationToken)
    {
        long excluded = (shard.Skipped ?? []).Sum(s => s.Records ?? 0), records = 0, written = 0, failed = 0;
        var metrics = new ShardMetrics(_scale);
        metrics.AddExcluded(excluded);
        await using IRecordWriter writer = _writers.Open(predictions);
        foreach (Segment segment in shard.Segments)
        {
            SourceFile file = files[segment.File];
            SnapshotFile pinned = _job.Snapshot[segment.File];
            string name = _job.NameOf(pinned);
            IRecordReader reader = ReaderOf(segment.File);
            await reader.OpenAsync(file, segment, cancellationToken);
            if (pinned.Origin is { } origin)
                await _origins.LoadAsync(file.Store, origin, cancellationToken);
            while (await reader.ReadAsync(_batch, cancellationToken))
            {
                int read = _batch.RowCount;
                if (pinned.Origin is not null)
                    _origins.Fill(_batch, _job.Format);
                _partitions.Fill(pinned, read);
                _scorer.Score(_batch, name, metrics);
                int rejected = _scorer.Rejects.IsEmpty ? 0 : _scorer.Rejects.Flush(await openRejects(cancellationToken));
                await writer.WriteAsync(_scorer.Predictions(_batch, name), _batch.RowCount, cancellationToken);
                records += read - _scorer.Excluded;
                excluded += _scorer.Excluded;
                written += _batch.RowCount;
                failed += rejected;
                _meter.RecordsProcessed.Add(read - _scorer.Excluded, _pipelineTag);
                if (rejected > 0)
                    _meter.RecordsFailed.Add(rejected, _pipelineTag);
            }
        }

        await writer.CompleteAsync(cancellationToken);
        return new ShardScores(records, excluded, written, failed, metrics);
    }

    /// <summary>The number of rows to read at a time, so that all runs but the last of a row group are full.</summary>
    /// <param name="batchSize">Rows handed to one model run.</param>
    internal static int RowsFor(int batchSize) => Math.Max(ReadRows / batchSize, 1) * batchSize;

    /// <summary>How many of a segment's first records there are that the filter lets through, and the fault that all of them share, or null where there is none.</summary>
    public async Task<(int Records, RecordFault? Fault)> FindCommonFaultAsync(SourceFile file, Segment segment, CancellationToken cancellationToken)
    {
        await using IRecordReader reader = _formats.Of(segment.File).CreateReader(_columns, InspectedRecords);
        await reader.OpenAsync(file, segment, cancellationToken);
        if (!await reader.ReadAsync(_batch, cancellationToken))
            return (0, null);
        _partitions.Fill(_job.Snapshot[segment.File], _batch.RowCount);
        RecordFault? fault = _scorer.FindCommonFault(_batch, _job.NameOf(_job.Snapshot[segment.File]));
        return (_batch.RowCount, fault);
    }

    public async ValueTask DisposeAsync()
    {
        _scorer.Dispose();
        _scorer.Release();
        _batch.Release();
        _writers.Dispose();
        foreach (IRecordReader reader in _readers.Values)
            await reader.DisposeAsync();
    }

    private IRecordReader ReaderOf(int file)
    {
        IRecordFormat format = _formats.Of(file);
        if (!_readers.TryGetValue(format.Format, out IRecordReader? reader))
            _readers.Add(format.Format, reader = format.CreateReader(_columns, RowsFor(_scorer.BatchSize)));
        return reader;
    }
}
