using System.Globalization;
using BatchFunctions.Monitoring;
using static BatchFunctions.Results.Reports.ReportText;

namespace BatchFunctions.Results.Reports;

/// <summary>How the reports show drift: which rows, in which order, with which words and bars.</summary>
internal sealed class DriftView
{
    private const int MaxRows = 100;
    private const int MaxBars = 40;
    private const int MaxNames = 20;

    private readonly HashSet<(string?, string)> _alarms;

    private DriftView(DriftSummary drift, IReadOnlyList<Alarm> alarms)
    {
        _alarms = [.. alarms.Where(a => a.Kind == AlarmKind.Drift).Select(a => (a.Feature, a.Measure))];
        FeatureDrift[] all = [.. drift.Features.OrderByDescending(f => f.Drifted).ThenByDescending(f => f.Psi ?? 0)];
        Rows = [.. (drift.Score is { } score ? (IEnumerable<FeatureDrift>)[score] : []).Concat(all.Take(MaxRows))];
        Introduction = $"Against the baseline of {drift.Baseline}{(drift.BaselineRecords is { } records ? $", {Of(records, "record")}" : "")}.";
        List<string> notes = [];
        if (all.Length > MaxRows)
            notes.Add($"And {Of(all.Length - MaxRows, "feature")} more: see summary_metrics.json.");
        if (drift.WithoutBaseline.Count > 0)
            notes.Add($"Not in the baseline: {Names(drift.WithoutBaseline)}.");
        if (drift.NotRead.Count > 0)
            notes.Add($"In the baseline, but not read: {Names(drift.NotRead)}.");
        Notes = notes;
        Score = drift.Score;
    }

    /// <summary>What the job is compared with.</summary>
    public string Introduction { get; }

    /// <summary>The scores, then the features: those with alarms first, then by the stability index.</summary>
    public IReadOnlyList<FeatureDrift> Rows { get; }

    /// <summary>What is not in the rows.</summary>
    public IReadOnlyList<string> Notes { get; }

    private FeatureDrift? Score { get; }

    /// <summary>The view of a job's drift, or null where none was measured.</summary>
    public static DriftView? Find(SummaryMetrics summary) => summary.Drift is { } drift ? new DriftView(drift, summary.Alarms) : null;

    /// <summary>What a row is called.</summary>
    public string NameOf(FeatureDrift row) => ReferenceEquals(row, Score) ? "Scores" : row.Feature;

    /// <summary>Whether a measure of a row raised an alarm.</summary>
    public bool IsAlarm(FeatureDrift row, string measure) => row.Drifted && _alarms.Contains((row.Feature, measure));

    /// <summary>A measure's value.</summary>
    public static string Value(double? measure) => measure is { } value ? value.ToString("0.000", CultureInfo.InvariantCulture) : "";

    /// <summary>The bars of a row: the share of the job's values and of the baseline's by bin, at most 41.</summary>
    public static IReadOnlyList<(string Name, double Share, double Baseline)> Bars(FeatureDrift row)
    {
        double total = Math.Max(1, row.Counts.Sum() + row.Below + row.Above + row.Unseen), baseline = Math.Max(double.Epsilon, row.BaselineCounts.Sum());
        return row.Edges.Count > 0 ? NumberBars(row, total, baseline) : CategoryBars(row, total, baseline);
    }

    private static List<(string, double, double)> NumberBars(FeatureDrift row, double total, double baseline)
    {
        int each = (row.Counts.Count + MaxBars - 1) / MaxBars;
        List<(string, double, double)> bars = [];
        for (int i = 0; i < row.Counts.Count; i += each)
        {
            int end = Math.Min(i + each, row.Counts.Count);
            double count = row.Counts.Skip(i).Take(end - i).Sum() + (i == 0 ? row.Below : 0) + (end == row.Counts.Count ? row.Above : 0);
            bars.Add(($"{Score6(row.Edges[i])} – {Score6(row.Edges[end])}", count / total, row.BaselineCounts.Skip(i).Take(end - i).Sum() / baseline));
        }

        return bars;
    }

    private static List<(string, double, double)> CategoryBars(FeatureDrift row, double total, double baseline)
    {
        int shown = Math.Min(row.Counts.Count, MaxBars);
        double known = row.BaselineUnseenRate < 1 ? baseline / (1 - row.BaselineUnseenRate) : baseline;
        List<(string, double, double)> bars = [];
        for (int i = 0; i < shown; i++)
            bars.Add((row.Categories[i], row.Counts[i] / total, row.BaselineCounts[i] / known));
        double rest = row.Counts.Skip(shown).Sum() + row.Unseen, baselineRest = (row.BaselineCounts.Skip(shown).Sum() / known) + row.BaselineUnseenRate;
        if (rest > 0 || baselineRest > 0)
            bars.Add(("all others", rest / total, baselineRest));
        return bars;
    }

    private static string Score6(double edge) => ReportText.Score(edge);

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MaxNames)) + (names.Count > MaxNames ? $" and {Count(names.Count - MaxNames)} more" : "");
}
