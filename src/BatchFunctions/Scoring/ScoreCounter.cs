using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Metrics;
using BatchFunctions.Models;

namespace BatchFunctions.Scoring;

/// <summary>Counts a batch's scores, classes and bands.</summary>
internal sealed class ScoreCounter
{
    private readonly string[] _classes;
    private readonly Utf8Lookup? _textClasses;
    private readonly long[] _numberClasses;
    private readonly bool _countsLabels;
    private int[] _classOf = [];

    public ScoreCounter(ModelSignature model)
    {
        _countsLabels = model.Task == ModelTask.Multiclass;
        _classes = [.. model.Classes ?? []];
        _textClasses = model.LabelType == DataType.String ? new Utf8Lookup(_classes) : null;
        _numberClasses = model.LabelType == DataType.Int64
            ? [.. _classes.Select((c, i) => long.TryParse(c, CultureInfo.InvariantCulture, out long number) ? number : i)]
            : [];
    }

    /// <summary>The range of the scores that will be counted: the calibrated ones, where there are any.</summary>
    public static ScoreScale ScaleOf(ModelTask task, Pipelines.DecisionsDefinition decisions) =>
        task is ModelTask.Binary or ModelTask.Multiclass || decisions.Calibration is not null ? ScoreScale.Unit : ScoreScale.Any;

    /// <summary>Adds the records of a batch, all of which have a score.</summary>
    public void Count(ModelScores scores, DecisionStage decisions, ShardMetrics metrics)
    {
        switch (decisions.Probability ?? scores.Score)
        {
            case Column<float> column:
                metrics.Scores.Add(column.Values);
                break;
            case Column<double> column:
                metrics.Scores.Add(column.Values);
                break;
            default:
                break;
        }

        if (decisions.Classifies)
        {
            metrics.Classes.Add("0", decisions.ClassCounts[0]);
            metrics.Classes.Add("1", decisions.ClassCounts[1]);
        }

        for (int i = 0; i < decisions.BandNames.Count; i++)
            metrics.Bands.Add(decisions.BandNames[i], decisions.BandCounts[i]);
        for (int i = 0; i < decisions.ActionNames.Count; i++)
            metrics.Actions.Add(decisions.ActionNames[i], decisions.ActionCounts[i]);
        if (_countsLabels && scores.Label is { } label)
            CountLabels(label, metrics);
    }

    private void CountLabels(Column label, ShardMetrics metrics)
    {
        if (_classOf.Length < label.Length)
            _classOf = new int[label.Length];
        Span<int> classOf = _classOf.AsSpan(0, label.Length);
        if (label is Column<long> numbers)
            for (int i = 0; i < classOf.Length; i++)
                classOf[i] = Array.IndexOf(_numberClasses, numbers.Values[i]);
        else if (label is Utf8Column texts)
            for (int i = 0; i < classOf.Length; i++)
                classOf[i] = _textClasses!.Find(texts[i]);
        metrics.Classes.Add(classOf, _classes);
    }
}
