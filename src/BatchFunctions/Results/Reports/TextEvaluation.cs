using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Results.Evaluations;
using static BatchFunctions.Results.Reports.ReportText;

namespace BatchFunctions.Results.Reports;

/// <summary>Writes the evaluation's part of <c>report.txt</c>.</summary>
internal static class TextEvaluation
{
    private const int MaxRows = 20;

    /// <summary>Writes the sections.</summary>
    public static void Write(TextWriter writer, EvaluationReport report)
    {
        TextReport.WriteTable(writer, $"Evaluation against {Plain(report.Label)}", [.. CountsOf(report), .. MeasureNames.Of(report.Measures).Select(m => new[] { m.Name, m.Value })]);
        if (report.Notes.Count > 0)
            TextReport.WriteSection(writer, "Notes on the evaluation", report.Notes.Select(n => $"  - {Plain(n)}"));
        if (report.ConfusionMatrix.Count > 0)
            TextReport.WriteTable(writer, "Confusion matrix", [
                ["Actual, predicted", "Records"],
                .. report.ConfusionMatrix.OrderByDescending(c => c.Records).Take(MaxRows).Select(c => new[] { $"{Plain(c.Actual)}, {Plain(c.Predicted)}", Count(c.Records) })]);
        if (report.Task is EvaluationTask.Multiclass)
            TextReport.WriteTable(writer, "Classes", [
                ["Class", "Records", "Precision", "Recall", "F1"],
                .. report.Classes.Take(MaxRows).Select(c => new[] { Plain(c.Class), Count(c.Records), MeasureNames.Write(c.Precision), MeasureNames.Write(c.Recall), MeasureNames.Write(c.F1) })]);
        foreach (SegmentReport segments in report.Segments)
            WriteSegments(writer, report.Task, segments);
    }

    private static IEnumerable<string[]> CountsOf(EvaluationReport report)
    {
        double scored = Math.Max(1, report.RecordsScored);
        yield return ["Evaluated", Count(report.RecordsEvaluated), Percent(report.RecordsEvaluated / scored)];
        if (report.RecordsWithoutLabel > 0)
            yield return ["Without label", Count(report.RecordsWithoutLabel), Percent(report.RecordsWithoutLabel / scored)];
        if (report.RecordsWithUnknownLabel > 0)
            yield return ["Unknown label", Count(report.RecordsWithUnknownLabel), Percent(report.RecordsWithUnknownLabel / scored)];
    }

    private static void WriteSegments(TextWriter writer, EvaluationTask task, SegmentReport segments)
    {
        IReadOnlyList<(string Name, Func<Measures, string> Value)> columns = MeasureNames.OfSegments(task);
        TextReport.WriteTable(writer, $"By {Plain(segments.Column)}", [
            ["Value", "Records", .. columns.Select(c => c.Name)],
            .. segments.Shown(MaxRows).Select(s => (string[])[Plain(MeasureNames.Of(s)), Count(s.Records), .. columns.Select(c => c.Value(s.Measures))])]);
        int more = segments.Values.Count - segments.Shown(MaxRows).Count();
        if (more > 0)
            writer.WriteLine($"  and {Of(more, "value")} more: see evaluation.json");
    }
}
