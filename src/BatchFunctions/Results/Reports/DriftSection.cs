using BatchFunctions.Monitoring;
using static BatchFunctions.Results.Reports.ReportText;

namespace BatchFunctions.Results.Reports;

/// <summary>The parts of <c>report.html</c> on drift and volume.</summary>
internal static class DriftSection
{
    private const double Width = 120;
    private const double Height = 32;

    /// <summary>Writes the table of drift, with a small chart for each row: bars for the job, a mark in each for the baseline.</summary>
    public static void WriteDrift(HtmlWriter html, DriftView view)
    {
        html.Text("p", view.Introduction + " Bars show the job, marks the baseline.", ("class", "quiet"));
        html.Element("div", () => html.Element("table", () =>
        {
            html.Element("thead", () => html.Element("tr", () =>
            {
                html.Text("th", "Feature", ("scope", "col"));
                html.Text("th", "PSI", ("scope", "col"), ("class", "number"));
                html.Text("th", "KS", ("scope", "col"), ("class", "number" + SpareOf(view, "ks")));
                html.Text("th", "JS", ("scope", "col"), ("class", "number" + SpareOf(view, "js")));
                html.Text("th", "Missing", ("scope", "col"), ("class", "number"));
                html.Text("th", "Unseen", ("scope", "col"), ("class", "number" + SpareOf(view, "unseen_rate")));
                html.Text("th", "Distribution", ("scope", "col"), ("class", "mini"));
            }));
            html.Element("tbody", () =>
            {
                foreach (FeatureDrift row in view.Rows)
                    WriteRow(html, view, row);
            });
        }), ("class", "scroll"));
        foreach (string note in view.Notes)
            html.Text("p", note, ("class", "quiet"));
    }

    /// <summary>Writes the number of records against the last jobs.</summary>
    public static void WriteVolume(HtmlWriter html, VolumeSummary volume)
    {
        html.Text("p", Volume(volume));
        if (volume.Runs.Count > 0)
            html.Text("p", "Compared with " + string.Join(", ", volume.Runs.Select(r => $"{r.JobId} ({Count(r.Records)})")), ("class", "quiet"));
    }

    // A column that a small screen can do without, unless something in it is an alarm.
    private static string SpareOf(DriftView view, string measure) => view.Rows.Any(row => view.IsAlarm(row, measure)) ? "" : " spare";

    private static void WriteRow(HtmlWriter html, DriftView view, FeatureDrift row) => html.Element("tr", () =>
    {
        html.Element("th", () =>
        {
            html.Text(view.NameOf(row));
            if (row.Drifted)
                html.Text("span", "drift", ("class", "mark"));
        }, ("scope", "row"));
        Cell(DriftView.Value(row.Psi), "psi", "");
        Cell(DriftView.Value(row.Ks), "ks", SpareOf(view, "ks"));
        Cell(DriftView.Value(row.Js), "js", SpareOf(view, "js"));
        Cell(Percent(row.MissingRate), "missing_rate", "");
        Cell(Percent(row.UnseenRate), "unseen_rate", SpareOf(view, "unseen_rate"));
        html.Element("td", () => WriteBars(html, view.NameOf(row), DriftView.Bars(row)), ("class", "mini"));

        void Cell(string text, string measure, string spare)
        {
            if (view.IsAlarm(row, measure))
                html.Element("td", () => html.Text("b", text, ("class", "bad")), ("class", "number"));
            else
                html.Text("td", text, ("class", "number" + spare));
        }
    });

    private static void WriteBars(HtmlWriter html, string name, IReadOnlyList<(string Name, double Share, double Baseline)> bars) => html.Element("svg", () =>
    {
        double peak = Math.Max(double.Epsilon, bars.Max(b => Math.Max(b.Share, b.Baseline))), slot = Width / bars.Count, gap = Math.Min(1, slot / 5);
        for (int i = 0; i < bars.Count; i++)
        {
            (string bin, double share, double baseline) = bars[i];
            double left = (i * slot) + (gap / 2), tall = share > 0 ? Math.Max(0.7, share / peak * Height) : 0;
            html.Element("rect", () => html.Text("title", $"{bin}: {Percent(share)}, baseline {Percent(baseline)}"),
                ("x", HtmlWriter.Number(left)),
                ("y", HtmlWriter.Number(Height - tall)),
                ("width", HtmlWriter.Number(slot - gap)),
                ("height", HtmlWriter.Number(tall)));
        }

        for (int i = 0; i < bars.Count; i++)
        {
            string y = HtmlWriter.Number(Math.Clamp(Height - (bars[i].Baseline / peak * Height), 0.7, Height));
            html.Element("line", null, ("x1", HtmlWriter.Number(i * slot)), ("x2", HtmlWriter.Number((i + 1) * slot)), ("y1", y), ("y2", y));
        }
    }, ("viewBox", $"0 0 {Width} {Height}"), ("preserveAspectRatio", "none"), ("role", "img"), ("aria-label", $"Distribution of {name}"), ("class", "mini"));
}
