using System.Globalization;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Results.Reports;

namespace BatchFunctions.Results.Evaluations;

/// <summary>How the reports name and write measures.</summary>
internal static class MeasureNames
{
    /// <summary>The measures that there are, the most asked for first.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(Measures m)
    {
        (string, double?, double?)[] all =
        [
            ("Accuracy", m.Accuracy, null),
            ("Precision", m.Precision, null),
            ("Recall", m.Recall, null),
            ("F1", m.F1, null),
            ("AUC", m.Auc, m.AucMaxError),
            ("Average precision", m.AveragePrecision, m.AveragePrecisionMaxError),
            ("Macro precision", m.MacroPrecision, null),
            ("Macro recall", m.MacroRecall, null),
            ("Macro F1", m.MacroF1, null),
            ("Micro F1", m.MicroF1, null),
            ("Weighted F1", m.WeightedF1, null),
            ("Log loss", m.LogLoss, null),
            ("Brier score", m.Brier, null),
            ("Calibration error", m.CalibrationError, null),
            ("Positive rate", m.PositiveRate, null),
            ("Predicted positive rate", m.PredictedPositiveRate, null),
            ("RMSE", m.Rmse, null),
            ("MAE", m.Mae, null),
            ("R²", m.R2, null),
            ("Mean error", m.MeanError, null),
            ("Largest error", m.MaxError, null),
            ("Mean actual", m.MeanActual, null),
        ];
        return [.. from measure in all
                   where measure.Item2 is not null
                   select (measure.Item1, Write(measure.Item2, measure.Item3))];
    }

    /// <summary>The measures that a table of segments shows, for what was compared.</summary>
    public static IReadOnlyList<(string Name, Func<Measures, string> Value)> OfSegments(EvaluationTask task) => task switch
    {
        EvaluationTask.Binary =>
        [
            ("Positive", m => m.PositiveRate is { } rate ? ReportText.Percent(rate) : ""),
            ("Accuracy", m => Write(m.Accuracy)),
            ("Precision", m => Write(m.Precision)),
            ("Recall", m => Write(m.Recall)),
            ("F1", m => Write(m.F1)),
            ("AUC", m => Write(m.Auc)),
        ],
        EvaluationTask.Multiclass =>
        [
            ("Accuracy", m => Write(m.Accuracy)),
            ("Macro F1", m => Write(m.MacroF1)),
            ("Weighted F1", m => Write(m.WeightedF1)),
            ("Log loss", m => Write(m.LogLoss)),
        ],
        _ =>
        [
            ("RMSE", m => Write(m.Rmse)),
            ("MAE", m => Write(m.Mae)),
            ("R²", m => Write(m.R2)),
            ("Mean error", m => Write(m.MeanError)),
        ],
    };

    /// <summary>A segment's name: its value, or what it is.</summary>
    public static string Of(SegmentMeasures segment) => segment.Value ?? $"({segment.Kind})";

    /// <summary>A measure with four digits behind the point, and how far it may be off, where it may.</summary>
    public static string Write(double? measure, double? error = null) => measure is not { } told
        ? ""
        : error is > 0 and { } off ? string.Create(CultureInfo.InvariantCulture, $"{Rounded(told)} ± {off:G1}") : Rounded(told);

    private static string Rounded(double measure) => Math.Abs(measure) is >= 0.001 and < 1000 or 0
        ? measure.ToString("0.0000", CultureInfo.InvariantCulture)
        : ReportText.Score(measure);
}
