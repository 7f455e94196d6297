using System.Diagnostics;
using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Metrics;
using BatchFunctions.Models;
using BatchFunctions.Scoring;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>
/// Every stage of the scoring path alone, on all threads at once: decode everything, check everything, and so on. Their times together are the
/// least that the whole can take on these threads.
/// </summary>
internal sealed class StagesContender : IContender
{
    private readonly ContenderSetup _setup;
    private readonly ScoringParts _parts;
    private readonly Worker[] _workers;

    private StagesContender(ContenderSetup setup, ScoringParts parts)
    {
        (_setup, _parts) = (setup, parts);
        Directory.CreateDirectory(setup.Output);
        _workers = [.. Enumerable.Range(0, setup.Threads).Select(i => new Worker(setup, parts, i))];
    }

    public static async Task<IContender> CreateAsync(ContenderSetup setup, CancellationToken cancellationToken) =>
        new StagesContender(setup, await ScoringParts.OpenAsync(setup, cancellationToken));

    public async Task<ContenderAnswer> RunAsync(CancellationToken cancellationToken)
    {
        long rows = 0;
        var total = 0.0;
        var note = new List<string>();
        await StageAsync("decode", async (worker, item) => Interlocked.Add(ref rows, await worker.DecodeAsync(_parts.Segments[item], cancellationToken)));
        await StageAsync("check", (worker, _) => worker.Once(worker.Check));
        await StageAsync("lay out and run", (worker, _) => worker.Once(worker.RunModel));
        await StageAsync("decide", (worker, _) => worker.Once(worker.Decide));
        await StageAsync("count", (worker, _) => worker.Once(worker.Count));
        await StageAsync("encode", (worker, _) => worker.EncodeAsync(cancellationToken));
        return new ContenderAnswer(Seconds: total, Rows: rows, Note: string.Join(", ", note));

        async Task StageAsync(string name, Func<Worker, int, Task> stage)
        {
            var started = Stopwatch.GetTimestamp();
            await Workers.RunAsync(_setup.Threads, _parts.Segments.Count, (thread, item) => stage(_workers[thread], item));
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            total += seconds;
            note.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {seconds:0.000}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        _parts.Dispose();
    }

    /// <summary>Decodes every segment, and does the other stages over and over on a segment's first batch.</summary>
    private sealed class Worker : IAsyncDisposable
    {
        private readonly ScoringParts _parts;
        private readonly FeaturePreparation _preparation;
        private readonly RecordValidator _validator;
        private readonly ModelRunner _runner;
        private readonly ModelScores _scores;
        private readonly DecisionStage _decisions;
        private readonly PredictionColumns _predictions;
        private readonly ScoreCounter _counter;
        private readonly RecordWriters _writers;
        private readonly IRecordReader _reader;
        private readonly RecordBatch _batch = new();
        private readonly RecordBatch _spare = new();
        private readonly List<RecordFault> _faults = [];
        private readonly string _path;

        public Worker(ContenderSetup setup, ScoringParts parts, int number)
        {
            _parts = parts;
            var schema = new Schema(parts.Columns);
            var signature = parts.Session.Signature;
            _preparation = parts.Session.Prepare(schema);
            _validator = new RecordValidator(schema, parts.Pipeline.Validation.Columns, [setup.Id]);
            _runner = parts.Session.CreateRunner(_preparation, setup.Batch);
            _scores = new ModelScores(signature);
            _decisions = new DecisionStage(parts.Pipeline.Decisions, signature, _scores, schema);
            _predictions = new PredictionColumns(parts.Pipeline, signature, _scores, _decisions);
            _counter = new ScoreCounter(signature);
            _writers = new RecordWriters(parts.Pipeline.Output, PredictionSchema.Of(parts.Pipeline, signature, parts.Columns));
            _reader = parts.Format.CreateReader(schema, ShardScorer.ReadRows);
            _path = Path.Combine(setup.Output, string.Create(CultureInfo.InvariantCulture, $"stages-{number}.parquet"));
        }

        public int Batches { get; private set; } = 1;

        public async Task<long> DecodeAsync(Segment segment, CancellationToken cancellationToken)
        {
            await _reader.OpenAsync(_parts.Files[segment.File], segment, cancellationToken);
            await _reader.ReadAsync(_batch, cancellationToken);
            var (rows, batches) = ((long)_batch.RowCount, 1);
            while (await _reader.ReadAsync(_spare, cancellationToken))
            {
                rows += _spare.RowCount;
                batches++;
            }

            Batches = batches;
            return rows;
        }

        public Task Once(Action stage)
        {
            for (var i = 0; i < Batches; i++)
                stage();
            return Task.CompletedTask;
        }

        public void Check()
        {
            _faults.Clear();
            _validator.Validate(_batch, _faults);
            _preparation.Check(_batch, _faults);
        }

        public void RunModel() => _runner.Score(_batch, _scores);

        public void Decide() => _decisions.Decide(_batch);

        public void Count() => _counter.Count(_scores, _decisions, new ShardMetrics(ScoreCounter.ScaleOf(_parts.Session.Signature.Task, _parts.Pipeline.Decisions)));

        public async Task EncodeAsync(CancellationToken cancellationToken)
        {
            await using var stream = new FileStream(_path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            await using var writer = _writers.Open(stream);
            for (var i = 0; i < Batches; i++)
                await writer.WriteAsync(_predictions.Gather(_batch, ""), _batch.RowCount, cancellationToken);
            await writer.CompleteAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            _runner.Dispose();
            _writers.Dispose();
            await _reader.DisposeAsync();
        }
    }
}
