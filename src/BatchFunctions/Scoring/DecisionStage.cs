using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring;

/// <summary>Adds decisions to a batch's scores: a calibrated probability, a class by threshold, a business band.</summary>
internal sealed class DecisionStage
{
    /// <summary>The column of the calibrated probability.</summary>
    public const string ProbabilityColumn = "probability";

    /// <summary>The column of the class.</summary>
    public const string PredictionColumn = "prediction";

    /// <summary>The column of the band.</summary>
    public const string BandColumn = "band";

    private readonly PlattDefinition? _platt;
    private readonly double? _threshold;
    private readonly double[] _bandEnds = [];
    private readonly byte[][] _bandNames = [];
    private readonly Column? _probability;
    private readonly Column<int>? _prediction;
    private readonly Utf8Column? _band;

    /// <summary>Compiles the decisions of a job.</summary>
    /// <param name="decisions">What to add.</param>
    /// <param name="scoreType"><see cref="DataType.Float32"/> or <see cref="DataType.Float64"/>: the type of the score, and so of the probability.</param>
    public DecisionStage(DecisionsDefinition decisions, DataType scoreType)
    {
        _platt = decisions.Calibration?.Platt;
        _threshold = decisions.Threshold;
        List<Column> columns = [];
        if (_platt is not null)
            columns.Add(_probability = Column.Create(new Field(ProbabilityColumn, scoreType)));
        if (_threshold is not null)
            columns.Add(_prediction = (Column<int>)Column.Create(new Field(PredictionColumn, DataType.Int32)));
        if (decisions.Bands is { Count: > 0 } bands)
        {
            KeyValuePair<string, double>[] ordered = [.. bands.OrderBy(b => b.Value)];
            _bandEnds = [.. ordered.Select(b => b.Value)];
            BandNames = [.. ordered.Select(b => b.Key)];
            _bandNames = [.. BandNames.Select(Encoding.UTF8.GetBytes)];
            BandCounts = new long[ordered.Length];
            columns.Add(_band = (Utf8Column)Column.Create(new Field(BandColumn, DataType.String)));
        }

        Columns = columns;
    }

    /// <summary>The columns that <see cref="Decide"/> fills.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The calibrated probability, or null where scores are not calibrated.</summary>
    public Column? Probability => _probability;

    /// <summary>The class, 0 or 1, or null where records get none.</summary>
    public Column<int>? Prediction => _prediction;

    /// <summary>Whether records get a class by threshold.</summary>
    public bool Classifies => _threshold is not null;

    /// <summary>The bands' names, from the lowest.</summary>
    public IReadOnlyList<string> BandNames { get; } = [];

    /// <summary>How many of the last batch's records fell into each band.</summary>
    public long[] BandCounts { get; } = [];

    /// <summary>How many of the last batch's records were of class 0 and of class 1; both 0 without a threshold.</summary>
    public long[] ClassCounts { get; } = new long[2];

    /// <summary>Fills <see cref="Columns"/> for <paramref name="score"/>.</summary>
    public void Decide(Column score)
    {
        foreach (Column column in Columns)
            column.Reset(score.Length);
        if (score is Column<float> single)
            Decide<float>(single.Values, _probability is Column<float> p ? p.Values : default);
        else
            Decide<double>(((Column<double>)score).Values, _probability is Column<double> p ? p.Values : default);
    }

    private void Decide<T>(ReadOnlySpan<T> scores, Span<T> probabilities)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        if (_platt is not null)
        {
            for (int i = 0; i < scores.Length; i++)
                probabilities[i] = T.CreateChecked(1 / (1 + Math.Exp((_platt.A * double.CreateChecked(scores[i])) + _platt.B)));
            scores = probabilities;
        }

        if (_threshold is { } threshold)
            Classify(scores, threshold);
        if (_band is not null)
            Band(scores);
    }

    private void Classify<T>(ReadOnlySpan<T> scores, double threshold)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Span<int> classes = _prediction!.Values;
        long ones = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            int one = double.CreateChecked(scores[i]) >= threshold ? 1 : 0;
            classes[i] = one;
            ones += one;
        }

        ClassCounts[0] = scores.Length - ones;
        ClassCounts[1] = ones;
    }

    private void Band<T>(ReadOnlySpan<T> scores)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Array.Clear(BandCounts);
        double[] ends = _bandEnds;
        for (int i = 0; i < scores.Length; i++)
        {
            double score = double.CreateChecked(scores[i]);
            int band = 0;
            while (band < ends.Length - 1 && score > ends[band])
                band++;
            BandCounts[band]++;
            _band!.Append(_bandNames[band]);
        }
    }
}
