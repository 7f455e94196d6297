using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Scoring;
using BatchFunctions.Tests.Expressions;

namespace BatchFunctions.Tests.Scoring;

/// <summary>Decides on scores that no model gave.</summary>
internal sealed class DecisionBench
{
    private readonly ModelScores _scores;
    private readonly RecordBatch _batch = new();
    private readonly Schema _columns;

    /// <summary>Compiles decisions on the scores of a model of two classes.</summary>
    public DecisionBench(DecisionsDefinition decisions, DataType scoreType = DataType.Float64, params Field[] columns)
        : this(decisions, Model(ModelTask.Binary, scoreType, 1), columns)
    {
    }

    /// <summary>Compiles decisions on a model's scores.</summary>
    public DecisionBench(DecisionsDefinition decisions, ModelSignature model, params Field[] columns)
    {
        _columns = new Schema(columns);
        _scores = new ModelScores(model);
        Stage = new DecisionStage(decisions, model, _scores, _columns);
    }

    public DecisionStage Stage { get; }

    public static ModelSignature Model(ModelTask task, DataType scoreType, int width) => new()
    {
        Model = "test@1",
        Task = task,
        Inputs = [],
        Features = [],
        Score = new ModelOutput("score", scoreType, width == 1 ? 1 : 2, width),
        ScoreIndex = task == ModelTask.Multiclass ? null : 0,
    };

    public Dictionary<string, string?[]> Decide(params double[] scores) => Decide(scores, new object?[scores.Length]);

    /// <summary>The columns that are added, as text, for records with a score and, where there is a column, a value in it.</summary>
    public Dictionary<string, string?[]> Decide(double[] scores, object?[] values)
    {
        Fill(values);
        _scores.Reset(scores.Length);
        Set(_scores.Score!, scores);
        Stage.Decide(_batch);
        return Added();
    }

    /// <summary>The columns that are added for records with a probability of each class, and those probabilities as they are then.</summary>
    public (Dictionary<string, string?[]> Added, double[][] Probabilities) DecideClasses(params double[][] records)
    {
        Fill(new object?[records.Length]);
        _scores.Reset(records.Length);
        Set(_scores.Score!, [.. records.Select(r => r.Max())]);
        for (int c = 0; c < _scores.Values.Count; c++)
            Set(_scores.Values[c], [.. records.Select(r => r[c])]);
        Stage.Decide(_batch);
        return (Added(), [.. records.Select((_, row) => _scores.Values.Select(v => Convert.ToDouble(v.GetValue(row), null)).ToArray())]);
    }

    /// <summary>Decides on the last records once more.</summary>
    public void DecideAgain() => Stage.Decide(_batch);

    /// <summary>What keeps records from being decided on.</summary>
    public IReadOnlyList<RecordFault> Check(object?[] values)
    {
        Fill(values);
        List<RecordFault> faults = [];
        Stage.Check(_batch, faults);
        return faults;
    }

    private void Fill(object?[] values)
    {
        _batch.Reset(_columns, values.Length);
        if (_columns.Count > 0)
            Records.Fill(_batch.Columns[0], values);
    }

    private static void Set(Column column, double[] values)
    {
        if (column is Column<float> single)
            for (int i = 0; i < values.Length; i++)
                single.Values[i] = (float)values[i];
        else
            values.CopyTo(((Column<double>)column).Values);
    }

    private Dictionary<string, string?[]> Added() => Stage.Columns.ToDictionary(
        c => c.Field.Name,
        c => Enumerable.Range(0, c.Length).Select(i => c.GetValue(i) is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value}") : null).ToArray());
}
