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
            Table(html, ["Decision", "Challenger 0", "Challenger 1"], [("Model 0", Count(bothNo), Count(onlyChallenger)), ("Model 1", Count(onlyModel), Count(bothYes))]);
        if (ChallengerView.Measures(summary).Any())
            Table(html, ["Measure", "Model", "Challenger"], ChallengerView.Measures(summary));
    }

    private static void WriteBars(HtmlWriter html, IReadOnlyList<BucketCount> bars)
    {
        html.Text("p", $"Challenger minus model, from {Score(bars[0].Lower)} to {Score(bars[^1].Upper)}", ("class", "quiet"));
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
    }

    private static void Table(HtmlWriter html, string[] titles, IEnumerable<(string Name, string One, string Other)> rows) => html.Element("div", () => html.Element("table", () =>
    {
        html.Element("thead", () => html.Element("tr", () =>
        {
            html.Text("th", titles[0], ("scope", "col"));
            html.Text("th", titles[1], ("scope", "col"), ("class", "number"));
            html.Text("th", titles[2], ("scope", "col"), ("class", "number"));
        }));
        html.Element("tbody", () =>
        {
            foreach ((string name, string one, string other) in rows)
                html.Element("tr", () =>
                {
                    html.Text("th", name, ("scope", "row"));
                    html.Text("td", one, ("class", "number"));
                    html.Text("td", other, ("class", "number"));
                });
        });
    }), ("class", "scroll"));
}
