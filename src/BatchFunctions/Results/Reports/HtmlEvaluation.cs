using System.Globalization;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Results.Evaluations;
using static BatchFunctions.Results.Reports.ReportText;

namespace BatchFunctions.Results.Reports;

/// <summary>Writes the evaluation's part of <c>report.html</c>.</summary>
internal static class HtmlEvaluation
{
    private const int MaxClasses = 12;
    private const int MaxRows = 50;

    /// <summary>Writes the sections.</summary>
    public static void Write(HtmlWriter html, EvaluationReport report)
    {
        Section(html, $"Evaluation against {report.Label}", () =>
        {
            html.Text("p", $"{Of(report.RecordsEvaluated, "record")} of {Count(report.RecordsScored)} scored {(report.RecordsEvaluated == 1 ? "has" : "have")} a label{Unlabelled(report)}.{Positive(report)}", ("class", "quiet"));
            html.Element("div", () =>
            {
                foreach ((string name, string value) in MeasureNames.Of(report.Measures))
                    html.Element("div", () =>
                    {
                        html.Text("b", value);
                        html.Text("span", name);
                    }, ("class", "measure"));
            }, ("class", "measures"));
            if (report.Notes.Count > 0)
                html.Element("ul", () =>
                {
                    foreach (string note in report.Notes)
                        html.Text("li", note);
                }, ("class", "notes"));
            if (report.RocCurve.Count > 0)
                WriteCurves(html, report);
        });
        WriteMatrix(html, report);
        if (report.Task is EvaluationTask.Multiclass)
            WriteClasses(html, report);
        if (report.Calibration.Count > 0)
            html.Element("div", () =>
            {
                WriteCalibration(html, report);
                WriteLift(html, report);
            }, ("class", "pair"));
        foreach (SegmentReport segments in report.Segments)
            WriteSegments(html, report.Task, segments);
    }

    private static string Unlabelled(EvaluationReport report) => (report.RecordsWithoutLabel, report.RecordsWithUnknownLabel) switch
    {
        (0, 0) => "",
        (_, 0) => $", {Count(report.RecordsWithoutLabel)} have none",
        (0, _) => $", {Count(report.RecordsWithUnknownLabel)} have one that means nothing",
        _ => $", {Count(report.RecordsWithoutLabel)} have none, {Count(report.RecordsWithUnknownLabel)} have one that means nothing",
    };

    private static string Positive(EvaluationReport report) => report.PositiveLabel is not { } positive
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" Positive is {positive}, predicted from a score of {report.Threshold} on.");

    private static void WriteCurves(HtmlWriter html, EvaluationReport report) => html.Element("div", () =>
    {
        Curve(html, "ROC curve", "False positive rate", "True positive rate", diagonal: true, [.. report.RocCurve.Select(p => (p.FalsePositiveRate, p.TruePositiveRate))], dots: false);
        (double, double)[] precision = [.. report.PrecisionRecallCurve.Select(p => (p.Recall, p.Precision))];
        Curve(html, "Precision–recall curve", "Recall", "Precision", diagonal: false, [(0, precision[0].Item2), .. precision], dots: false);
        (double, double)[] calibration = [.. report.Calibration.Where(c => c.Records > 0).Select(c => (c.MeanScore!.Value, c.PositiveRate!.Value))];
        if (calibration.Length > 0)
            Curve(html, "Calibration", "Mean probability", "Share that turned out positive", diagonal: true, calibration, dots: true);
    }, ("class", "curves"));

    // A square of 100 by 100 with the origin at the lower left, and room for the ends of its axes.
    private static void Curve(HtmlWriter html, string name, string across, string up, bool diagonal, (double X, double Y)[] points, bool dots) => html.Element("figure", () =>
    {
        html.Text("figcaption", name);
        html.Element("svg", () =>
        {
            for (int i = 0; i <= 4; i++)
            {
                string at = HtmlWriter.Number(i * 25);
                html.Element("line", null, ("x1", "0"), ("x2", "100"), ("y1", at), ("y2", at));
                html.Element("line", null, ("x1", at), ("x2", at), ("y1", "0"), ("y2", "100"));
            }

            if (diagonal)
                html.Element("line", null, ("class", "diagonal"), ("x1", "0"), ("y1", "100"), ("x2", "100"), ("y2", "0"));
            html.Element("path", null, ("class", "curve"), ("d", string.Concat(points.Select((p, i) => $"{(i == 0 ? "M" : "L")}{Coordinates(p)}"))));
            if (dots)
                foreach ((double x, double y) in points)
                    html.Element("circle", () => html.Text("title", $"{Score(x)}: {Score(y)}"), ("cx", HtmlWriter.Number(100 * x)), ("cy", HtmlWriter.Number(100 - (100 * y))), ("r", "1.6"));
            foreach ((string text, string x, string y, string anchor) in (IEnumerable<(string, string, string, string)>)[("0", "0", "107", "start"), ("1", "100", "107", "end"), ("0", "-2", "100", "end"), ("1", "-2", "4", "end")])
                html.Text("text", text, ("x", x), ("y", y), ("text-anchor", anchor));
            html.Text("text", across, ("x", "50"), ("y", "108"), ("text-anchor", "middle"));
            html.Text("text", up, ("x", "-50"), ("y", "-4"), ("text-anchor", "middle"), ("transform", "rotate(-90)"));
        }, ("viewBox", "-9 -2 111 113"), ("role", "img"), ("aria-label", name));
    });

    private static string Coordinates((double X, double Y) point) => $"{HtmlWriter.Number(100 * point.X)} {HtmlWriter.Number(100 - (100 * point.Y))}";

    private static void WriteMatrix(HtmlWriter html, EvaluationReport report)
    {
        string[] classes = [.. report.Classes.Select(c => c.Class).Union(report.ConfusionMatrix.SelectMany(c => new[] { c.Actual, c.Predicted }))];
        if (classes.Length is 0 or > MaxClasses)
            return;
        ILookup<(string, string), long> cells = report.ConfusionMatrix.ToLookup(c => (c.Actual, c.Predicted), c => c.Records);
        Section(html, "Confusion matrix", () => Table(
            html,
            ["Actual", .. classes.Select(c => $"predicted {c}")],
            classes.Select(actual => (string[])[actual, .. classes.Select(predicted => Count(cells[(actual, predicted)].Sum()))])));
    }

    private static void WriteClasses(HtmlWriter html, EvaluationReport report) => Section(html, "Classes", () =>
    {
        Table(html, ["Class", "Records", "Precision", "Recall", "F1"], report.Classes.Take(MaxRows).Select(c => (string[])[
            c.Class, Count(c.Records), MeasureNames.Write(c.Precision), MeasureNames.Write(c.Recall), MeasureNames.Write(c.F1)]));
        WriteMore(html, report.Classes.Count - MaxRows);
    });

    private static void WriteCalibration(HtmlWriter html, EvaluationReport report) => Section(html, "Calibration", () =>
        Table(html, ["Probability", "Records", "Mean", "Positive"], report.Calibration.Select(c => (string[])[
            $"{Score(c.Lower)} – {Score(c.Upper)}", Count(c.Records), c.MeanScore is { } mean ? Percent(mean) : "", c.PositiveRate is { } rate ? Percent(rate) : ""])));

    private static void WriteLift(HtmlWriter html, EvaluationReport report) => Section(html, "Lift", () =>
        Table(html, ["Highest scores", "Threshold", "Positive", "Found", "Lift"], report.Lift.Select(l => (string[])[
            Percent(l.Share), Score(l.Threshold), Percent(l.PositiveRate), Percent(l.Gain), l.Lift.ToString("0.00", CultureInfo.InvariantCulture)])));

    private static void WriteSegments(HtmlWriter html, EvaluationTask task, SegmentReport segments) => Section(html, $"By {segments.Column}", () =>
    {
        IReadOnlyList<(string Name, Func<Measures, string> Value)> columns = MeasureNames.OfSegments(task);
        Table(html, ["Value", "Records", .. columns.Select(c => c.Name)], segments.Shown(MaxRows).Select(s => (string[])[
            MeasureNames.Of(s), Count(s.Records), .. columns.Select(c => c.Value(s.Measures))]));
        WriteMore(html, segments.Values.Count - segments.Shown(MaxRows).Count());
    });

    private static void WriteMore(HtmlWriter html, int rows)
    {
        if (rows > 0)
            html.Text("p", $"And {Count(rows)} more: see evaluation.json.", ("class", "quiet"));
    }

    private static void Section(HtmlWriter html, string title, Action content) => html.Element("section", () =>
    {
        html.Text("h2", title);
        content();
    });

    private static void Table(HtmlWriter html, string[] titles, IEnumerable<string[]> rows) => html.Element("div", () => html.Element("table", () =>
    {
        html.Element("thead", () => html.Element("tr", () =>
        {
            for (int i = 0; i < titles.Length; i++)
                html.Text("th", titles[i], ("scope", "col"), ("class", i == 0 ? "word" : "number"));
        }));
        html.Element("tbody", () =>
        {
            foreach (string[] row in rows)
                html.Element("tr", () =>
                {
                    html.Text("th", row[0], ("scope", "row"));
                    foreach (string value in row.AsSpan(1))
                        html.Text("td", value, ("class", "number"));
                });
        });
    }), ("class", "scroll"));
}
