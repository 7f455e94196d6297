using System.Numerics;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Scoring.Decisions;

namespace BatchFunctions.Scoring;

/// <summary>Adds decisions to a batch's scores: a calibrated probability, a class by threshold, a business band, an action by rules.</summary>
internal sealed class DecisionStage
{
    private readonly ModelScores _scores;
    private readonly Calibrator? _calibrator;
    private readonly ClassTemperature? _classTemperature;
    private readonly double? _threshold;
    private readonly SegmentThresholds? _segments;
    private readonly double[] _bandEnds = [];
    private readonly Column? _probability;
    private readonly Column<int>? _prediction;
    private readonly Utf8Column? _band;
    private readonly ActionRules? _rules;
    private readonly TextEntries _bandNames = new();

    /// <summary>Compiles the decisions of a job.</summary>
    /// <param name="decisions">What to add.</param>
    /// <param name="model">What the model gives.</param>
    /// <param name="scores">Where its scores are when <see cref="Decide"/> is called.</param>
    /// <param name="columns">The columns of every batch.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a rule or the segments' column does not fit the columns.</exception>
    public DecisionStage(DecisionsDefinition decisions, ModelSignature model, ModelScores scores, Schema columns)
    {
        // A limit that no score can be is the score next to it: 0.7 takes in the float32 that 0.7 is rounded to.
        double Round(double limit) => model.ScoreType == DataType.Float32 ? (float)limit : limit;

        _scores = scores;
        if (model.Task == ModelTask.Multiclass && decisions.Calibration?.Temperature is { } temperature)
            _classTemperature = new ClassTemperature(temperature, model.Model);
        else
            _calibrator = Calibrator.Create(decisions.Calibration, model.Model);
        _threshold = decisions.Threshold is { } threshold ? Round(threshold) : null;
        if (decisions.Thresholds is { } thresholds)
            _segments = new SegmentThresholds(thresholds, decisions.Threshold ?? 0, columns, Round);
        if (decisions.Bands is { Count: > 0 } bands)
        {
            KeyValuePair<string, double>[] ordered = [.. bands.OrderBy(b => b.Value)];
            _bandEnds = [.. ordered.Select(b => Round(b.Value))];
            BandNames = [.. ordered.Select(b => b.Key)];
            foreach (string name in BandNames)
                _bandNames.Add(Encoding.UTF8.GetBytes(name));
            BandCounts = new long[ordered.Length];
        }

        List<Column> columnsOfMine = [.. ScoringColumns.OfDecisions(decisions, model).Select(Column.Create)];
        _probability = columnsOfMine.Find(c => c.Field.Name == ScoringColumns.Probability);
        _prediction = (Column<int>?)columnsOfMine.Find(c => c.Field.Name == ScoringColumns.Prediction);
        _band = (Utf8Column?)columnsOfMine.Find(c => c.Field.Name == ScoringColumns.Band);
        if (decisions.Rules is { Count: > 0 })
        {
            var added = columnsOfMine.ToDictionary(c => c.Field.Name, StringComparer.Ordinal);
            foreach ((Field field, int ordinal) in ScoringColumns.OfModel(model).Zip(ScoringColumns.Written(model)))
                added.Add(field.Name, scores.Columns[ordinal]);
            _rules = new ActionRules(decisions, model, columns, added);
            columnsOfMine.Add(_rules.Column);
        }

        Columns = columnsOfMine;
    }

    /// <summary>The columns that <see cref="Decide"/> fills.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The calibrated probability, of several classes the largest; null where scores are not calibrated.</summary>
    public Column? Probability => _probability;

    /// <summary>The class, 0 or 1, or null where records get none.</summary>
    public Column<int>? Prediction => _prediction;

    /// <summary>Whether records get a class by threshold.</summary>
    public bool Classifies => _prediction is not null;

    /// <summary>The bands' names, from the lowest.</summary>
    public IReadOnlyList<string> BandNames { get; } = [];

    /// <summary>How many of the last batch's records fell into each band.</summary>
    public long[] BandCounts { get; } = [];

    /// <summary>The actions' names, in the order of the rules.</summary>
    public IReadOnlyList<string> ActionNames => _rules?.Names ?? [];

    /// <summary>How many of the last batch's records got each action.</summary>
    public ReadOnlySpan<long> ActionCounts => _rules is null ? default : _rules.Counts;

    /// <summary>How many of the last batch's records were of class 0 and of class 1; both 0 without a threshold.</summary>
    public long[] ClassCounts { get; } = new long[2];

    /// <summary>Lends the columns' memory to others, since nothing is decided any more.</summary>
    public void Release()
    {
        foreach (Column column in Columns)
            column.Release();
    }

    /// <summary>Adds a fault for each record of a batch, not scored yet, that cannot be decided on.</summary>
    public void Check(RecordBatch batch, List<RecordFault> faults) => _segments?.Check(batch, faults);

    /// <summary>Fills <see cref="Columns"/> for the records that were just scored; calibrates the probabilities of several classes in place.</summary>
    /// <param name="batch">The records.</param>
    public void Decide(RecordBatch batch)
    {
        _probability?.Reset(batch.RowCount);
        _prediction?.Reset(batch.RowCount);
        _band?.Reset(batch.RowCount);
        _classTemperature?.Calibrate(_scores, _probability!);
        _calibrator?.Calibrate(_scores.Score!, _probability!);
        if ((_probability ?? _scores.Score) is Column<float> single)
            Decide<float>(single.Values, batch);
        else if ((_probability ?? _scores.Score) is Column<double> score)
            Decide<double>(score.Values, batch);
        _rules?.Decide(batch);
    }

    private void Decide<T>(ReadOnlySpan<T> scores, RecordBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_prediction is not null)
        {
            long ones = _segments is not null
                ? ScoreLimits.Classify(scores, _segments.Of(batch), _prediction.Values)
                : ScoreLimits.Classify(scores, T.CreateTruncating(_threshold!.Value), _prediction.Values);
            (ClassCounts[0], ClassCounts[1]) = (scores.Length - ones, ones);
        }

        if (_band is not null)
            ScoreLimits.Band(scores, _bandEnds.AsSpan(0, _bandEnds.Length - 1), _band.ReferTo(_bandNames), BandCounts);
    }
}
