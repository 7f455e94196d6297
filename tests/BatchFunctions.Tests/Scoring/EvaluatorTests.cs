using System.Text.Json;
using BatchFunctions.Data;
using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Scoring;
using BatchFunctions.Tests.Models;

namespace BatchFunctions.Tests.Scoring;

public sealed class EvaluatorTests
{
    [Fact]
    public void Segments_are_told_apart_by_values_of_every_type()
    {
        ShardMetrics metrics = Evaluate(
            ["text", "whole", "flag", "number"],
            ("label", DataType.Int64, [1, 0, 1, 0, null]),
            ("text", DataType.String, ["b", "a", null, "a", "c"]),
            ("whole", DataType.Int64, [7, -7, 7, null, 7]),
            ("flag", DataType.Bool, [true, false, true, true, true]),
            ("number", DataType.Float64, [0.5, 1, double.NaN, 1E20, 2]));
        IReadOnlyList<SegmentOutcomes> segments = metrics.Evaluation!.Segments;

        Assert.Equal([("a", 2L), ("b", 1L)], Counts(segments[0]));
        Assert.Equal([("-7", 1L), ("7", 2L)], Counts(segments[1]));
        Assert.Equal([("false", 1L), ("true", 3L)], Counts(segments[2]));
        Assert.Equal([("0.5", 1L), ("1", 1L), ("1E+20", 1L)], Counts(segments[3]));
        Assert.Equal([1L, 1L, 0L, 1L], segments.Select(s => s.Missing.Records));
        Assert.Equal((4, 1), (metrics.Evaluation.Evaluated, metrics.Evaluation.MissingLabels));
    }

    [Fact]
    public void However_records_come_in_batches_the_metrics_are_the_same()
    {
        object?[] labels = [.. Enumerable.Range(0, 20_000).Select(i => i % 11 == 0 ? null : (object?)(i * 7919 % 3 == 0 ? 1 : 0))];
        object?[] segments = [.. Enumerable.Range(0, 20_000).Select(i => $"s{i * 31 % 97}")];
        ShardMetrics whole = Evaluate(["segment"], ("label", DataType.Int64, labels), ("segment", DataType.String, segments));

        var parts = new ShardMetrics(ScoreScale.Unit);
        foreach (int[] rows in Enumerable.Range(0, 20_000).Chunk(3_333).Reverse())
            parts.Merge(Evaluate(["segment"], rows[0], ("label", DataType.Int64, [.. rows.Select(r => labels[r])]), ("segment", DataType.String, [.. rows.Select(r => segments[r])])));

        Assert.Equal(JsonSerializer.Serialize(whole.Evaluation!.ToRecord(), MetricsJson.Default.EvaluationRecord), JsonSerializer.Serialize(parts.Evaluation!.ToRecord(), MetricsJson.Default.EvaluationRecord));
        Assert.Equal(50, whole.Evaluation.Segments[0].Count);
        Assert.Equal(whole.Evaluation.Evaluated, whole.Evaluation.Segments[0].Values.Sum(v => v.Outcomes.Records) + whole.Evaluation.Segments[0].Other.Records);
    }

    [Fact]
    public void A_batch_like_those_before_allocates_nothing()
    {
        object?[] labels = [.. Enumerable.Range(0, 9_000).Select(i => (object?)(i % 3 == 0 ? 1 : 0))];
        object?[] segments = [.. Enumerable.Range(0, 9_000).Select(i => $"s{i % 5}")];
        using Bench bench = new(["segment"], 0, [("label", DataType.Int64, labels), ("segment", DataType.String, segments)]);
        bench.Evaluate();

        Assert.Equal(0, Allocations.Least(bench.Evaluate));
    }

    private static IEnumerable<(string, long)> Counts(SegmentOutcomes segments) => segments.Values.Select(v => (v.Value, v.Outcomes.Records));

    private static ShardMetrics Evaluate(string[] segments, params (string Name, DataType Type, object?[] Values)[] columns) => Evaluate(segments, 0, columns);

    private static ShardMetrics Evaluate(string[] segments, int first, params (string Name, DataType Type, object?[] Values)[] columns)
    {
        using Bench bench = new(segments, first, columns);
        bench.Evaluate();
        return bench.Metrics;
    }

    /// <summary>A logistic model of two classes, its scores spread by row.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly ModelSession _session = TinyModels.Load("classifier", "features: [u, v]");
        private readonly RecordBatch _batch;
        private readonly ModelScores _scores;
        private readonly DecisionStage _decisions;
        private readonly Evaluator _evaluator;

        public Bench(string[] segments, int first, (string Name, DataType Type, object?[] Values)[] columns)
        {
            int rows = columns[0].Values.Length;
            object?[] Feature(int factor) => [.. Enumerable.Range(first, rows).Select(i => (object?)((i * factor % 1009 / 250.0) - 2))];
            _batch = Batches.Of([.. columns, ("u", DataType.Float64, Feature(31)), ("v", DataType.Float64, Feature(17))]);
            _scores = TinyModels.Score(_session, _batch);
            _decisions = new DecisionStage(new DecisionsDefinition { Threshold = 0.5 }, _session.Signature, _scores, _batch.Schema);
            _decisions.Decide(_batch);
            var plan = new EvaluationPlan { Task = EvaluationTask.Binary, Label = "label", Classes = ["0", "1"], Segments = segments };
            _evaluator = new Evaluator(plan, _batch.Schema, _session.Signature);
        }

        public ShardMetrics Metrics { get; } = new(ScoreScale.Unit);

        public void Evaluate() => _evaluator.Evaluate(_batch, _scores, _decisions, Metrics);

        public void Dispose() => _session.Dispose();
    }
}
