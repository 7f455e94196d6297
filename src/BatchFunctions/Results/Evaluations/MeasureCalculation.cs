using BatchFunctions.Metrics.Evaluations;

namespace BatchFunctions.Results.Evaluations;

/// <summary>Computes measures from outcomes.</summary>
internal static class MeasureCalculation
{
    /// <summary>The measures of some outcomes; none of them without a record.</summary>
    public static Measures Of(Outcomes outcomes) => outcomes.Records == 0 ? new Measures() : outcomes switch
    {
        BinaryOutcomes binary => Of(binary),
        ClassOutcomes classes => Of(classes),
        ValueOutcomes values => Of(values),
        _ => throw new ArgumentException("There are no outcomes of this kind.", nameof(outcomes)),
    };

    /// <summary>Precision, recall and F1 of each class that occurs, by its position.</summary>
    public static IReadOnlyList<(int Class, ClassMeasures Measures)> ByClass(Outcomes outcomes, IReadOnlyList<string> names)
    {
        (int Actual, int Predicted, long Records)[] cells = [.. Cells(outcomes)];
        Dictionary<int, long> actual = [], predicted = [], hits = [];
        foreach ((int turnedOut, int called, long records) in cells)
        {
            actual[turnedOut] = actual.GetValueOrDefault(turnedOut) + records;
            predicted[called] = predicted.GetValueOrDefault(called) + records;
            if (turnedOut == called)
                hits[turnedOut] = records;
        }

        return [.. actual.Keys.Union(predicted.Keys).Where(c => c < names.Count).Order().Select(c => (
            c,
            MeasuresOf(names[c], hits.GetValueOrDefault(c), actual.GetValueOrDefault(c), predicted.GetValueOrDefault(c))))];
    }

    /// <summary>The cells in use of the confusion matrix, by position of the class that turned out and of the one that was predicted.</summary>
    public static IEnumerable<(int Actual, int Predicted, long Records)> Cells(Outcomes outcomes) => outcomes switch
    {
        BinaryOutcomes b => ((int, int, long)[])[(0, 0, b.TrueNegatives), (0, 1, b.FalsePositives), (1, 0, b.FalseNegatives), (1, 1, b.TruePositives)],
        ClassOutcomes c => c.Cells(),
        _ => [],
    };

    private static Measures Of(BinaryOutcomes b)
    {
        var ranking = new Ranking(b.Curve);
        long called = b.TruePositives + b.FalsePositives;
        ClassMeasures positive = MeasuresOf("", b.TruePositives, b.Positives, called);
        bool areProbabilities = b.Outside == 0;
        return new Measures
        {
            Accuracy = Share(b.TruePositives + b.TrueNegatives, b.Records),
            Precision = positive.Precision,
            Recall = positive.Recall,
            F1 = positive.F1,
            PositiveRate = Share(b.Positives, b.Records),
            PredictedPositiveRate = Share(called, b.Records),
            Auc = ranking.Auc,
            AucMaxError = ranking.AucMaxError,
            AveragePrecision = ranking.AveragePrecision,
            AveragePrecisionMaxError = ranking.AveragePrecisionMaxError,
            LogLoss = areProbabilities ? FixedPoint.Mean(b.Logs, b.Records) : null,
            Brier = areProbabilities ? FixedPoint.Mean(b.Squares, b.Records) : null,
            CalibrationError = areProbabilities && b.Calibration is { } calibration ? ErrorOf(calibration, b.Records) : null,
        };
    }

    private static double ErrorOf(CalibrationBins bins, long records)
    {
        double error = 0;
        for (int i = 0; i < CalibrationBins.Count; i++)
            if (bins.RecordsOf(i) > 0)
                error += Math.Abs(bins.MeanScoreOf(i) - Share(bins.PositivesOf(i), bins.RecordsOf(i))) * Share(bins.RecordsOf(i), records);
        return error;
    }

    private static Measures Of(ClassOutcomes c)
    {
        string[] names = new string[c.Classes];
        ClassMeasures[] classes = [.. ByClass(c, names).Select(m => m.Measures)];
        (long hits, long predicted) = (0, 0);
        foreach ((int turnedOut, int called, long records) in c.Cells())
        {
            hits += turnedOut == called ? records : 0;
            predicted += called < c.Classes ? records : 0;
        }

        return new Measures
        {
            Accuracy = Share(hits, c.Records),
            MacroPrecision = classes.Average(m => m.Precision),
            MacroRecall = classes.Average(m => m.Recall),
            MacroF1 = classes.Average(m => m.F1),
            MicroPrecision = Share(hits, predicted),
            MicroRecall = Share(hits, c.Records),
            MicroF1 = Share(2 * hits, predicted + c.Records),
            WeightedF1 = classes.Sum(m => m.F1 * m.Records) / c.Records,
            LogLoss = c.Outside == 0 ? FixedPoint.Mean(c.Logs, c.Records) : null,
        };
    }

    private static Measures Of(ValueOutcomes v) => new()
    {
        Mae = v.MeanAbsoluteError,
        Rmse = Math.Sqrt(v.MeanSquaredError),
        R2 = v.Determination,
        MeanError = v.MeanError,
        MaxError = v.LargestError,
        MeanActual = v.MeanActual,
    };

    private static ClassMeasures MeasuresOf(string name, long hits, long actual, long predicted) =>
        new(name, actual, predicted, Share(hits, predicted), Share(hits, actual), Share(2 * hits, actual + predicted));

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
