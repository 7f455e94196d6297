using System.Diagnostics;
using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Models;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>
/// The scoring path stripped to what nobody can leave out: read, lay out, run, write id, score and class. No validation, no rejects, no
/// metrics, no decisions but the class, no commit records, no verification.
/// </summary>
internal sealed class BarePathContender : IContender
{
    private readonly ContenderSetup _setup;
    private readonly ScoringParts _parts;
    private readonly Worker[] _workers;

    private BarePathContender(ContenderSetup setup, ScoringParts parts)
    {
        (_setup, _parts) = (setup, parts);
        Directory.CreateDirectory(setup.Output);
        _workers = [.. Enumerable.Range(0, setup.Threads).Select(_ => new Worker(setup, parts))];
    }

    public static async Task<IContender> CreateAsync(ContenderSetup setup, CancellationToken cancellationToken) =>
        new BarePathContender(setup, await ScoringParts.OpenAsync(setup, cancellationToken));

    public async Task<ContenderAnswer> RunAsync(CancellationToken cancellationToken)
    {
        long rows = 0;
        var started = Stopwatch.GetTimestamp();
        await Workers.RunAsync(_setup.Threads, _parts.Segments.Count, async (thread, item) =>
        {
            var path = Path.Combine(_setup.Output, string.Create(CultureInfo.InvariantCulture, $"bare-{item:D5}.parquet"));
            Interlocked.Add(ref rows, await _workers[thread].ScoreAsync(_parts.Segments[item], path, cancellationToken));
        });
        return new ContenderAnswer(Seconds: Stopwatch.GetElapsedTime(started).TotalSeconds, Rows: rows);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        _parts.Dispose();
    }

    private sealed class Worker : IAsyncDisposable
    {
        private readonly ScoringParts _parts;
        private readonly ModelRunner _runner;
        private readonly ModelScores _scores;
        private readonly IRecordReader _reader;
        private readonly RecordBatch _batch = new();
        private readonly Column<int> _prediction = (Column<int>)Column.Create(new Field("prediction", DataType.Int32));
        private readonly ParquetWriterMemory _memory;
        private readonly string _id;

        public Worker(ContenderSetup setup, ScoringParts parts)
        {
            _parts = parts;
            var schema = new Schema(parts.Columns);
            _runner = parts.Session.CreateRunner(parts.Session.Prepare(schema), setup.Batch);
            _scores = new ModelScores(parts.Session.Signature);
            _reader = parts.Format.CreateReader(schema, Scoring.ShardScorer.ReadRows);
            _id = setup.Id;
            _memory = new ParquetWriterMemory(
                new Schema([schema[schema.IndexOf(_id)], _scores.Score!.Field, _prediction.Field]),
                new ParquetWriterOptions { Compression = parts.Pipeline.Output.Compression });
        }

        public async Task<long> ScoreAsync(Segment segment, string path, CancellationToken cancellationToken)
        {
            long rows = 0;
            await using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            await using var writer = new ParquetRecordWriter(stream, _memory);
            await _reader.OpenAsync(_parts.Files[segment.File], segment, cancellationToken);
            while (await _reader.ReadAsync(_batch, cancellationToken))
            {
                _runner.Score(_batch, _scores);
                Classify();
                await writer.WriteAsync([_batch[_id], _scores.Score!, _prediction], _batch.RowCount, cancellationToken);
                rows += _batch.RowCount;
            }

            await writer.CompleteAsync(cancellationToken);
            return rows;
        }

        public async ValueTask DisposeAsync()
        {
            _runner.Dispose();
            _memory.Dispose();
            await _reader.DisposeAsync();
        }

        private void Classify()
        {
            _prediction.Reset(_batch.RowCount);
            ReadOnlySpan<float> scores = ((Column<float>)_scores.Score!).Values;
            Span<int> classes = _prediction.Values;
            for (var i = 0; i < scores.Length; i++)
                classes[i] = scores[i] >= 0.5f ? 1 : 0;
        }
    }
}
