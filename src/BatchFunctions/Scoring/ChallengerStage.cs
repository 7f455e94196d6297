using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BatchFunctions.Data;
using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Challengers;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;

namespace BatchFunctions.Scoring;

/// <summary>
/// Scores the records that the model has scored by a second model, and compares. Whatever becomes of a record here, nothing of what the model gave
/// changes: the batch is only read, and what the challenger cannot score is counted. All memory is kept from batch to batch.
/// </summary>
internal sealed class ChallengerStage : IDisposable
{
    /// <summary>The column of the challenger's score.</summary>
    public const string ScoreColumn = "challenger_score";

    /// <summary>The column of the challenger's class: 0 or 1, or the name of one of several.</summary>
    public const string PredictionColumn = "challenger_prediction";

    private readonly FeaturePreparation _preparation;
    private readonly ModelRunner _runner;
    private readonly ModelScores _scores;
    private readonly DecisionStage _decisions;
    private readonly ScoreCounter _counter;
    private readonly Evaluator? _evaluator;
    private readonly ScoreScale _scale;
    private readonly BatchRows _takenRows = new();
    private readonly BatchRows _scoredRows = new();
    private readonly List<RecordFault> _faults = [];
    private readonly List<int> _rows = [];
    private readonly List<int> _unscored = [];
    private readonly List<int> _kept = [];
    private readonly TextEntries _noText = new();
    private readonly Column<double>? _score;
    private readonly Column<int>? _prediction;
    private readonly Utf8Column? _label;
    private readonly ClassComparison? _classes;
    private double[] _mine = [];
    private double[] _theirs = [];

    /// <summary>Compiles what the pipeline and the challenger say of a record.</summary>
    /// <param name="plan">The challenger.</param>
    /// <param name="pipeline">The pipeline, with the model's defaults.</param>
    /// <param name="columns">The columns of every batch.</param>
    /// <param name="models">What the model gives, and the challenger, loaded.</param>
    /// <param name="batchSize">Rows handed to one model run.</param>
    /// <param name="evaluation">How predictions are compared with labels; null for not at all.</param>
    public ChallengerStage(ChallengerPlan plan, PipelineDefinition pipeline, Schema columns, (ModelSignature Model, ModelSession Challenger) models, int batchSize, EvaluationPlan? evaluation)
    {
        ModelSession session = models.Challenger;
        _preparation = session.Prepare(columns, pipeline.Validation.MissingActions());
        _runner = session.CreateRunner(_preparation, batchSize);
        _scores = new ModelScores(session.Signature);
        _decisions = new DecisionStage(plan.Decisions, session.Signature, _scores, columns);
        _counter = new ScoreCounter(session.Signature);
        _evaluator = plan.EvaluationOf(evaluation) is { } labels ? new Evaluator(labels, columns, session.Signature) : null;
        _classes = models.Model.Task == ModelTask.Multiclass ? new ClassComparison(models.Model, session.Signature) : null;
        _scale = ScoreCounter.ScaleOf(session.Signature.Task, plan.Decisions);
        List<Column> added = [.. ColumnsOf(pipeline, models.Model).Select(Column.Create)];
        _score = (Column<double>?)added.Find(c => c.Field.Name == ScoreColumn);
        _prediction = added.Find(c => c.Field.Name == PredictionColumn) as Column<int>;
        _label = added.Find(c => c.Field.Name == PredictionColumn) as Utf8Column;
        Columns = added;
    }

    /// <summary>The columns that go into the output; none where the pipeline does not ask for them.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The columns that a challenger adds to the output.</summary>
    /// <param name="pipeline">The pipeline, with the model's defaults.</param>
    /// <param name="model">What the model gives.</param>
    public static IEnumerable<Field> ColumnsOf(PipelineDefinition pipeline, ModelSignature model)
    {
        if (pipeline.Challenger is not { Columns: true })
            yield break;
        yield return new Field(ScoreColumn, DataType.Float64);
        if (model.Task == ModelTask.Binary)
            yield return new Field(PredictionColumn, DataType.Int32);
        else if (model.Task == ModelTask.Multiclass)
            yield return new Field(PredictionColumn, DataType.String);
    }

    /// <summary>Scores a batch, all of whose records have a score, and compares.</summary>
    /// <param name="batch">The batch; stays as it is.</param>
    /// <param name="scores">What the model gave.</param>
    /// <param name="decisions">What was decided from that.</param>
    /// <param name="metrics">What the records are counted in.</param>
    public void Score(RecordBatch batch, ModelScores scores, DecisionStage decisions, ShardMetrics metrics)
    {
        ChallengerMetrics found = metrics.Challenger ??= new ChallengerMetrics(_scale, _classes?.Shared ?? 0);
        found.Own.AddRecords(batch.RowCount);
        foreach (Column column in Columns)
        {
            column.Reset(batch.RowCount);
            (column as Utf8Column)?.ReferTo(_noText).Clear();
            column.WritableNulls().Fill(true);
        }

        RecordBatch taken = Take(batch, found);
        try
        {
            _runner.Score(taken, _scores);
        }
        catch (BatchFunctionsException failure)
        {
            // Memory that runs out here is no reason to score the batch in smaller runs, which would change the model's last digits.
            if (_rows.Count > 0)
                found.Own.Rejects.Add(FaultCodes.ChallengerFailed, null, _rows.Count);
            found.Fail(failure.Message);
            return;
        }

        taken = TakeScored(taken, found);
        _decisions.Decide(taken);
        _counter.Count(_scores, _decisions, found.Own);
        _evaluator?.Evaluate(taken, _scores, _decisions, found.Own);
        Compare(decisions.Probability ?? scores.Score!, decisions.Prediction, found);
        _classes?.Compare(scores, _scores, CollectionsMarshal.AsSpan(_rows), found, _label);
    }

    public void Dispose() => _runner.Dispose();

    private RecordBatch Take(RecordBatch batch, ChallengerMetrics found)
    {
        _faults.Clear();
        _preparation.Check(batch, _faults);
        _decisions.Check(batch, _faults);
        _rows.Clear();
        int next = 0;
        foreach (RecordFault fault in _faults.OrderBy(f => f.Row).DistinctBy(f => f.Row))
        {
            found.Own.Rejects.Add(fault.Code, fault.Column, 1);
            for (; next < fault.Row; next++)
                _rows.Add(next);
            next = fault.Row + 1;
        }

        for (; next < batch.RowCount; next++)
            _rows.Add(next);
        return _faults.Count == 0 ? batch : _takenRows.Of(batch, CollectionsMarshal.AsSpan(_rows));
    }

    private RecordBatch TakeScored(RecordBatch taken, ChallengerMetrics found)
    {
        _unscored.Clear();
        _scores.FindUnscored(_unscored);
        if (_unscored.Count == 0)
            return taken;
        found.Own.Rejects.Add(FaultCodes.NoScore, null, _unscored.Count);
        _kept.Clear();
        for (int row = 0, at = 0; row < taken.RowCount; row++)
            if (at < _unscored.Count && _unscored[at] == row)
                at++;
            else
                _kept.Add(row);
        ReadOnlySpan<int> kept = CollectionsMarshal.AsSpan(_kept);
        taken = _scoredRows.Of(taken, kept);
        _scores.Compact(kept);
        for (int i = 0; i < kept.Length; i++)
            _rows[i] = _rows[kept[i]];
        CollectionsMarshal.SetCount(_rows, kept.Length);
        return taken;
    }

    private void Compare(Column champion, Column<int>? predictions, ChallengerMetrics found)
    {
        int all = champion.Length, count = _rows.Count;
        if (_theirs.Length < all)
            (_theirs, _mine) = (new double[all], new double[all]);
        Span<double> theirs = _theirs.AsSpan(0, all), mine = _mine.AsSpan(0, count);
        ColumnNumbers.Read(champion, 0, theirs);
        ColumnNumbers.Read(_decisions.Probability ?? _scores.Score!, 0, mine);
        for (int i = 0; i < count; i++)
        {
            int row = _rows[i];
            if (_score is not null)
            {
                _score.Values[row] = mine[i];
                _score.WritableNulls()[row] = false;
            }

            mine[i] -= theirs[row];
        }

        found.Differences.Add(mine);
        TensorPrimitives.Abs(mine, mine);
        found.Distances.Add(mine);
        if (predictions is not null && _decisions.Prediction is { } decided)
            Compare(predictions, decided, found);
    }

    private void Compare(Column<int> predictions, Column<int> decided, ChallengerMetrics found)
    {
        for (int i = 0; i < _rows.Count; i++)
        {
            int row = _rows[i];
            found.AddPair(predictions.Values[row], decided.Values[i]);
            if (_prediction is not null)
            {
                _prediction.Values[row] = decided.Values[i];
                _prediction.WritableNulls()[row] = false;
            }
        }
    }
}
