using System.Numerics;
using System.Numerics.Tensors;
using BatchFunctions.Data;
using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Models;
using BatchFunctions.Planning;

namespace BatchFunctions.Scoring;

/// <summary>Compares a batch's predictions with its labels, over all records and by segment. All memory is kept from batch to batch.</summary>
internal sealed class Evaluator
{
    // Small enough for a cache, large enough for fifty segments.
    private const int ChunkRows = 8192;

    private readonly EvaluationPlan _plan;
    private readonly ModelSignature _model;
    private readonly LabelReader _labels;
    private readonly int _label;
    private readonly (int Column, SegmentReader Reader)[] _segments;
    private readonly ClassPositions? _classes;
    private readonly double[] _actual = new double[ChunkRows];
    private readonly double[] _predicted = new double[ChunkRows];
    private readonly double[] _scores = new double[ChunkRows];
    private readonly double[] _grouped = new double[3 * ChunkRows];
    private readonly int[] _rows = new int[ChunkRows];
    private readonly int[] _found = new int[ChunkRows];
    private int[] _ends = [];
    private Column[] _probabilities = [];

    /// <summary>Makes an evaluator.</summary>
    /// <param name="plan">How predictions are compared with labels.</param>
    /// <param name="columns">The columns of every batch.</param>
    /// <param name="model">What the model gives.</param>
    public Evaluator(EvaluationPlan plan, Schema columns, ModelSignature model)
    {
        (_plan, _model) = (plan, model);
        _label = columns.IndexOf(plan.Label);
        _labels = LabelReader.Create(plan, columns[_label]);
        _segments = [.. plan.Segments.Select(name => (columns.IndexOf(name), new SegmentReader()))];
        if (plan.Task is EvaluationTask.Multiclass)
            _classes = new ClassPositions(model);
    }

    /// <summary>Compares the records of a batch, all of which have a score.</summary>
    public void Evaluate(RecordBatch batch, ModelScores scores, DecisionStage decisions, ShardMetrics metrics)
    {
        // The machine epsilon, as the distance from 1 to the next number.
        double clip = _model.ScoreType is DataType.Float32 ? MathF.BitIncrement(1) - 1 : Math.BitIncrement(1) - 1;
        EvaluationMetrics evaluation = metrics.Evaluation ??= EvaluationMetrics.Create(_plan.Task, _plan.Classes.Count, clip, _plan.Segments);
        for (int start = 0; start < batch.RowCount; start += ChunkRows)
            Evaluate(batch, start, Math.Min(ChunkRows, batch.RowCount - start), scores, decisions, evaluation);
    }

    private void Evaluate(RecordBatch batch, int start, int count, ModelScores scores, DecisionStage decisions, EvaluationMetrics metrics)
    {
        Span<double> actual = _actual.AsSpan(0, count), predicted = _predicted.AsSpan(0, count), given = _scores.AsSpan(0, count);
        _labels.Read(batch.Columns[_label], start, actual, metrics);
        Column score = decisions.Probability ?? scores.Score!;
        switch (_plan.Task)
        {
            case EvaluationTask.Binary:
                ColumnNumbers.Read(score, start, given);
                ColumnNumbers.Read(decisions.Prediction!, start, predicted);
                break;
            case EvaluationTask.Multiclass:
                _classes!.Read(scores.Label!, start, predicted);
                ReadGiven(scores.Values, start, actual, given);
                break;
            default:
                ColumnNumbers.Read(score, start, predicted);
                given = default;
                break;
        }

        int labelled = KeepLabelled(start, count);
        actual = actual[..labelled];
        predicted = predicted[..labelled];
        given = given.IsEmpty ? given : given[..labelled];
        metrics.Outcomes.Add(actual, predicted, given);
        for (int i = 0; i < _segments.Length; i++)
            AddSegments(batch.Columns[_segments[i].Column], _segments[i].Reader, labelled, given.IsEmpty, metrics.Segments[i]);
    }

    private void ReadGiven(IReadOnlyList<Column> values, int start, ReadOnlySpan<double> actual, Span<double> given)
    {
        // Looked up in a list, they would take longer than all the rest.
        if (_probabilities.Length != values.Count)
            _probabilities = new Column[values.Count];
        for (int i = 0; i < values.Count; i++)
            _probabilities[i] = values[i];
        if (_model.ScoreType is DataType.Float32)
            ReadGiven<float>(_probabilities, start, actual, given);
        else
            ReadGiven<double>(_probabilities, start, actual, given);
        Array.Clear(_probabilities);
    }

    private static void ReadGiven<T>(ReadOnlySpan<Column> values, int start, ReadOnlySpan<double> actual, Span<double> given)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < actual.Length; i++)
            given[i] = double.IsNaN(actual[i]) ? 0 : double.CreateTruncating(((Column<T>)values[(int)actual[i]]).Values[start + i]);
    }

    // Moves the labelled records to the front, and notes their rows in the batch.
    private int KeepLabelled(int start, int count)
    {
        if (!TensorPrimitives.IsNaNAny<double>(_actual.AsSpan(0, count)))
        {
            if (_segments.Length > 0)
                for (int i = 0; i < count; i++)
                    _rows[i] = start + i;
            return count;
        }

        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            (_actual[kept], _predicted[kept], _scores[kept], _rows[kept]) = (_actual[i], _predicted[i], _scores[i], start + i);
            kept += double.IsNaN(_actual[i]) ? 0 : 1;
        }

        return kept;
    }

    // Sorts the records by segment, counting first, so that each segment's are added side by side.
    private void AddSegments(Column column, SegmentReader reader, int count, bool isWithoutScores, SegmentOutcomes segments)
    {
        Span<int> found = _found.AsSpan(0, count);
        reader.Find(column, _rows.AsSpan(0, count), segments, found);
        int kinds = segments.Count + 2;
        if (_ends.Length < kinds)
            _ends = new int[kinds];
        Span<int> ends = _ends.AsSpan(0, kinds);
        ends.Clear();
        foreach (int segment in found)
            ends[segment]++;
        for (int i = 1; i < kinds; i++)
            ends[i] += ends[i - 1];

        Span<double> actual = _grouped.AsSpan(0, ChunkRows), predicted = _grouped.AsSpan(ChunkRows, ChunkRows), scores = _grouped.AsSpan(2 * ChunkRows, ChunkRows);
        for (int i = count - 1; i >= 0; i--)
        {
            int at = --ends[found[i]];
            (actual[at], predicted[at], scores[at]) = (_actual[i], _predicted[i], _scores[i]);
        }

        // Each end has moved to the segment's start.
        for (int i = 0; i < kinds; i++)
        {
            int first = ends[i], length = (i + 1 < kinds ? ends[i + 1] : count) - first;
            if (length == 0)
                continue;
            Outcomes outcomes = i == SegmentReader.MissingOf(segments) ? segments.Missing : i == SegmentReader.OtherOf(segments) ? segments.Other : segments[i];
            outcomes.Add(actual.Slice(first, length), predicted.Slice(first, length), isWithoutScores ? default : scores.Slice(first, length));
        }
    }
}
