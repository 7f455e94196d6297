using BatchFunctions.Baselines;
using BatchFunctions.Benchmarks.Contenders;
using BatchFunctions.Data;
using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Drift;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Models;
using BatchFunctions.Monitoring;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Scoring;
using BenchmarkDotNet.Attributes;

namespace BatchFunctions.Benchmarks;

/// <summary>Each stage of the scoring path alone, on one thread and one batch: a row group of Parquet, or 16,384 rows of CSV.</summary>
[MemoryDiagnoser]
public class StageBenchmarks : IAsyncDisposable
{
    /// <summary>The variable that names the setup's file.</summary>
    public const string SetupVariable = "BATCHFN_BENCHMARK_SETUP";

    // Not what the model was trained for, but as much work as if it had been.
    private static readonly EvaluationPlan Labels = new() { Task = EvaluationTask.Binary, Label = "is_premium", Classes = ["0", "1"], Segments = ["region"] };

    private readonly RecordBatch _batch = new();
    private readonly List<RecordFault> _faults = [];
    private ScoringParts _parts = null!;
    private FeaturePreparation _preparation = null!;
    private RecordValidator _validator = null!;
    private ModelRunner _runner = null!;
    private ModelScores _scores = null!;
    private DecisionStage _decisions = null!;
    private PredictionColumns _predictions = null!;
    private ScoreCounter _counter = null!;
    private Evaluator _evaluator = null!;
    private Evaluator _segmentEvaluator = null!;
    private ShardMetrics _metrics = null!;
    private ShardMetrics _segmentMetrics = null!;
    private DriftStage _drift = null!;
    private DriftCounts _driftCounts = null!;
    private IRecordReader _reader = null!;
    private RecordWriters _writers = null!;
    private IRecordWriter _writer = null!;

    /// <summary>Puts the stages together and reads a batch.</summary>
    [GlobalSetup]
    public async Task PrepareAsync()
    {
        var setup = ContenderLoop.ReadSetup(Environment.GetEnvironmentVariable(SetupVariable)!);
        _parts = await ScoringParts.OpenAsync(setup, CancellationToken.None);
        var (schema, signature) = (new Schema(_parts.Columns), _parts.Session.Signature);
        _preparation = _parts.Session.Prepare(schema);
        _validator = new RecordValidator(schema, _parts.Pipeline.Validation.Columns, [setup.Id]);
        _runner = _parts.Session.CreateRunner(_preparation, setup.Batch);
        _scores = new ModelScores(signature);
        _decisions = new DecisionStage(_parts.Pipeline.Decisions, signature, _scores, schema);
        _predictions = new PredictionColumns(_parts.Pipeline, signature, _scores, _decisions);
        _counter = new ScoreCounter(signature);
        _evaluator = new Evaluator(Labels with { Segments = [] }, schema, signature);
        _segmentEvaluator = new Evaluator(Labels, schema, signature);
        _metrics = new ShardMetrics(ScoreCounter.ScaleOf(signature.Task, _parts.Pipeline.Decisions));
        _segmentMetrics = new ShardMetrics(_metrics.Scores.Scale);
        _reader = _parts.Format.CreateReader(schema, ShardScorer.ReadRows);
        _writers = new RecordWriters(_parts.Pipeline.Output, PredictionSchema.Of(_parts.Pipeline, signature, _parts.Columns));
        _writer = _writers.Open(Stream.Null);
        await EvaluateAllAsync();
        await DecodeAsync();
        RunModel();
        Decide();
        _drift = new DriftStage(PlanDrift(), schema, signature.ScoreType, []);
        _driftCounts = _drift.CreateCounts();
    }

    /// <summary>Reads and decodes the first batch of the first file.</summary>
    [Benchmark]
    public async Task<int> DecodeAsync()
    {
        var segment = _parts.Segments[0];
        await _reader.OpenAsync(_parts.Files[segment.File], segment, CancellationToken.None);
        await _reader.ReadAsync(_batch, CancellationToken.None);
        return _batch.RowCount;
    }

    /// <summary>Checks the pipeline's rules and what the model can take.</summary>
    [Benchmark]
    public int Validate()
    {
        _faults.Clear();
        _validator.Validate(_batch, _faults);
        _preparation.Check(_batch, _faults);
        return _faults.Count;
    }

    /// <summary>Lays the features out and runs the model.</summary>
    [Benchmark]
    public void RunModel() => _runner.Score(_batch, _scores);

    /// <summary>Classes and bands.</summary>
    [Benchmark]
    public void Decide() => _decisions.Decide(_batch);

    /// <summary>Adds the scores to the shard's metrics.</summary>
    [Benchmark]
    public void Count() => _counter.Count(_scores, _decisions, _metrics);

    /// <summary>Counts the features and the scores by the bins of a baseline.</summary>
    [Benchmark]
    public void Sketch()
    {
        _drift.Count(_batch, _driftCounts);
        _drift.CountScores(_decisions.Probability ?? _scores.Score, _driftCounts);
    }

    /// <summary>Compares the classes with labels.</summary>
    [Benchmark]
    public void Evaluate() => _evaluator.Evaluate(_batch, _scores, _decisions, _metrics);

    /// <summary>Compares the classes with labels, over all records and by the eight values of a column.</summary>
    [Benchmark]
    public void EvaluateBySegment() => _segmentEvaluator.Evaluate(_batch, _scores, _decisions, _segmentMetrics);

    /// <summary>Encodes the predictions, and writes them nowhere.</summary>
    [Benchmark]
    public async Task EncodeAsync() => await _writer.WriteAsync(_predictions.Gather(_batch, ""), _batch.RowCount, CancellationToken.None);

    // As a shard does it: what is kept of scores is another thing after many of them than at the start.
    private async Task EvaluateAllAsync()
    {
        var segment = _parts.Segments[0];
        await _reader.OpenAsync(_parts.Files[segment.File], segment, CancellationToken.None);
        while (await _reader.ReadAsync(_batch, CancellationToken.None))
        {
            RunModel();
            Decide();
            Evaluate();
            EvaluateBySegment();
        }
    }

    // A baseline as it is made of a file: about twenty bins for each feature.
    private DriftPlan PlanDrift()
    {
        var features = _parts.Session.Signature.Features.Select(f => f.Name).ToHashSet();
        return new DriftPlan
        {
            Source = "batch",
            Features = [.. _batch.Columns.Where(c => features.Contains(c.Field.Name)).Select(c => new DriftFeature(c.Field.Name, BinsOf(c), new DriftLimits()))],
            Score = new DriftFeature(DriftPlan.ScoreName, BinsOf((_decisions.Probability ?? _scores.Score)!), new DriftLimits()),
        };

        static Histogram BinsOf(Column column)
        {
            var survey = ColumnSurvey.Of(column.Field.Type, mayBeNumbers: false)!;
            survey.Look(column, 0, column.Length);
            return survey.Conclude(column.Field, new BaselineRequest { Source = "batch" }).Bins!;
        }
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _runner.Dispose();
        await _writer.DisposeAsync();
        _writers.Dispose();
        await _reader.DisposeAsync();
        _parts.Dispose();
    }
}
