using BatchFunctions.Results.Challengers;
using static BatchFunctions.Results.Reports.ReportText;

namespace BatchFunctions.Results.Reports;

/// <summary>The part of <c>report.html</c> on the challenger.</summary>
internal static class ChallengerSection
{
    private const double Width = 1000;
    private const double Height = 100;

    /// <summary>Writes the comparison.</summary>
    public static void Write(HtmlWriter html, SummaryMetrics summary)
    {
        ChallengerSummary challenger = summary.Challenger!;
        foreach (string sentence in ChallengerView.Sentences(challenger))
            html.Text("p", sentence);
        html.Element("div", () =>
        {
            foreach ((string name, string value) in ChallengerView.Differences(challenger))
                html.Element("div", () =>
                {
                    html.Text("b", value);
                    html.Text("span", name);
                }, ("class", "measure"));
        }, ("class", "measures"));
        if (challenger.DifferenceDistribution.Count > 0)
            WriteBars(html, challenger.DifferenceDistribution);
        if (challenger.Decisions is [[var bothNo, var onlyChallenger], [var onlyModel, var bothYes]])
            Table(html, ["Decision", "Challenger 0", "Challenger 1"], [["Model 0", Count(bothNo), Count(onlyChallenger)], ["Model 1", Count(onlyModel), Count(bothYes)]]);
        if (challenger.DifferenceByClass.Count > 0)
            Table(html, ["Class", "Model", "Challenger", "Mean difference of its probability", "Mean size", "Largest size"], ChallengerView.Classes(challenger));
        if (ChallengerView.Measures(summary).Any())
            Table(html, ["Measure", "Model", "Challenger"], ChallengerView.Measures(summary).Select(m => (string[])[m.Name, m.Model, m.Challenger]));
    }

    private static void WriteBars(HtmlWriter html, IReadOnlyList<BucketCount> bars)
    {
        html.Text("p", $"Challenger minus model; highest bar: {Of(bars.Max(b => b.Count), "record")}", ("class", "peak"));
        html.Element("svg", () =>
        {
            double peak = bars.Max(b => b.Share), slot = Width / bars.Count;
            foreach ((int i, BucketCount bar) in bars.Index())
            {
                double tall = peak > 0 ? bar.Share / peak * Height : 0;
                html.Element("rect", () => html.Text("title", $"{Score(bar.Lower)} – {Score(bar.Upper)}: {Count(bar.Count)}"),
                    ("x", HtmlWriter.Number((i * slot) + 1)),
                    ("y", HtmlWriter.Number(Height - tall)),
                    ("width", HtmlWriter.Number(slot - 2)),
                    ("height", HtmlWriter.Number(tall)));
            }
        }, ("viewBox", $"0 0 {Width} {Height}"), ("preserveAspectRatio", "none"), ("role", "img"), ("aria-label", "Differences of the scores"));
        html.Element("div", () =>
        {
            html.Text("span", Score(bars[0].Lower));
            if (bars.Count % 2 == 0)
                html.Text("span", Score(bars[bars.Count / 2].Lower));
            html.Text("span", Score(bars[^1].Upper));
        }, ("class", "axis"));
    }

    private static void Table(HtmlWriter html, string[] titles, IEnumerable<string[]> rows) => html.Element("div", () => html.Element("table", () =>
    {
        html.Element("thead", () => html.Element("tr", () =>
        {
            html.Text("th", titles[0], ("scope", "col"));
            foreach (string title in titles[1..])
                html.Text("th", title, ("scope", "col"), ("class", "number"));
        }));
        html.Element("tbody", () =>
        {
            foreach (string[] row in rows)
                html.Element("tr", () =>
                {
                    html.Text("th", row[0], ("scope", "row"));
                    foreach (string cell in row[1..])
                        html.Text("td", cell, ("class", "number"));
                });
        });
    }), ("class", "scroll"));
}
