using System.Text;
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

        Assert.Equal(Json(whole), Json(parts));
        Assert.Equal(50, whole.Evaluation!.Segments[0].Count);
        Assert.Equal(whole.Evaluation.Evaluated, whole.Evaluation.Segments[0].Values.Sum(v => v.Outcomes.Records) + whole.Evaluation.Segments[0].Other.Records);
    }

    [Theory]
    [InlineData(DataType.Int64, DataType.Int64)]
    [InlineData(DataType.Bool, DataType.Int32)]
    [InlineData(DataType.Float64, DataType.Float64)]
    [InlineData(DataType.String, DataType.String)]
    public void Records_together_are_evaluated_as_they_are_one_by_one(DataType labelType, DataType segmentType)
    {
        // More numbers than are remembered, and missing ones.
        object?[] labels = [.. Enumerable.Range(0, 600).Select(i => i % 13 == 0 ? null : Spell(labelType, i * 7919 % 3 == 0 ? 1 : 0))];
        object?[] segments = [.. Enumerable.Range(0, 600).Select(i => segmentType != DataType.Int64 && i % 17 == 0 ? null : Spell(segmentType, i * 31 % (i < 300 ? 7 : 997)))];
        ShardMetrics whole = Evaluate(["segment"], ("label", labelType, labels), ("segment", segmentType, segments));
        var parts = new ShardMetrics(ScoreScale.Unit);
        for (int row = 599; row >= 0; row -= row % 20 == 0 ? 20 : 1)
        {
            int first = row % 20 == 0 ? Math.Max(0, row - 19) : row;
            parts.Merge(Evaluate(["segment"], first, ("label", labelType, labels[first..(row + 1)]), ("segment", segmentType, segments[first..(row + 1)])));
        }

        Assert.Equal(Json(whole), Json(parts));
    }

    [Fact]
    public void Words_of_a_dictionary_are_evaluated_as_words()
    {
        object?[] labels = [.. Enumerable.Range(0, 900).Select(i => i % 13 == 0 ? null : i % 11 == 0 ? "maybe" : i * 7919 % 3 == 0 ? "1" : (object?)"0")];
        object?[] segments = [.. Enumerable.Range(0, 900).Select(i => i % 17 == 0 ? null : (object?)$"s{i * 31 % 97}")];
        using Bench bench = new(["segment"], 0, [("label", DataType.String, labels), ("segment", DataType.String, segments)]);
        bench.Evaluate();
        string expected = Json(bench.Metrics);
        using Bench again = new(["segment"], 0, [("label", DataType.String, labels), ("segment", DataType.String, segments)]);
        again.ReferToWords("label", labels);
        again.ReferToWords("segment", segments);
        again.Evaluate();

        Assert.Equal(expected, Json(again.Metrics));
        Assert.Equal(0, Allocations.Least(again.Evaluate));
    }

    [Theory]
    [InlineData(DataType.Int64, DataType.String)]
    [InlineData(DataType.Bool, DataType.Int64)]
    [InlineData(DataType.Float32, DataType.Bool)]
    [InlineData(DataType.String, DataType.Float64)]
    public void A_batch_like_those_before_allocates_nothing(DataType labelType, DataType segmentType)
    {
        object?[] labels = [.. Enumerable.Range(0, 9_000).Select(i => i % 7 == 0 ? null : Spell(labelType, i % 3 == 0 ? 1 : 0))];
        object?[] segments = [.. Enumerable.Range(0, 9_000).Select(i => Spell(segmentType, i % 5))];
        using Bench bench = new(["segment"], 0, [("label", labelType, labels), ("segment", segmentType, segments)]);
        bench.Evaluate();

        Assert.Equal(0, Allocations.Least(bench.Evaluate));
    }

    private static object Spell(DataType type, int number) => type == DataType.String ? $"{number}" : type == DataType.Bool ? number % 2 == 1 : number;

    private static string Json(ShardMetrics metrics) => JsonSerializer.Serialize(metrics.Evaluation!.ToRecord(), MetricsJson.Default.EvaluationRecord);

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

        public void ReferToWords(string column, object?[] values)
        {
            var entries = new TextEntries();
            string[] words = [.. values.OfType<string>().Distinct()];
            foreach (string word in words)
                entries.Add(Encoding.UTF8.GetBytes(word));
            Span<ushort> entryOf = ((Utf8Column)_batch.Columns[_batch.Schema.IndexOf(column)]).ReferTo(entries);
            for (int i = 0; i < entryOf.Length; i++)
                entryOf[i] = (ushort)(Array.IndexOf(words, values[i]) + 1);
        }

        public void Evaluate() => _evaluator.Evaluate(_batch, _scores, _decisions, Metrics);

        public void Dispose() => _session.Dispose();
    }
}
