using System.Text;
using BatchFunctions.Metrics;
using BatchFunctions.Workflow;
using static BatchFunctions.Results.Reports.ReportText;

namespace BatchFunctions.Results.Reports;

/// <summary>Writes <c>report.html</c>: one page that needs no script, no network and no other file.</summary>
public static class HtmlReport
{
    private const int MaxRejectRows = 100;
    private const int MaxBars = 120;
    private const double ChartWidth = 1000;
    private const double ChartHeight = 100;

    /// <summary>Writes the page as UTF-8 bytes.</summary>
    public static byte[] ToUtf8(RunReport report)
    {
        using var text = new StringWriter { NewLine = "\n" };
        Write(report, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Writes the page; whoever encodes it must use UTF-8.</summary>
    public static void Write(RunReport report, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(writer);
        using var html = new HtmlWriter(writer);
        html.Raw("<!DOCTYPE html>\n");
        html.Element("html", () =>
        {
            html.Element("head", () =>
            {
                html.Element("meta", null, ("charset", "utf-8"));
                html.Element("meta", null, ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
                html.Text("title", $"{report.Metadata.Pipeline}: {report.Metadata.JobId}");
                html.Element("style", () => html.Raw(HtmlStyle.Css));
            });
            html.Element("body", () => html.Element("main", () => WriteBody(html, report)));
        }, ("lang", "en"));
        html.Raw("\n");
    }

    private static void WriteBody(HtmlWriter html, RunReport report)
    {
        SummaryMetrics summary = report.Summary;
        RunMetadata metadata = report.Metadata;
        html.Element("header", () =>
        {
            html.Text("h1", $"Batch scoring report: {metadata.Pipeline}");
            html.Text("p", $"{metadata.ModelName}@{metadata.ModelVersion} on {metadata.DataSnapshot.Source}, {Time(metadata.StartedAt)}", ("class", "quiet"));
            html.Text("p", Status(summary.Status), ("class", "status " + ClassOf(summary.Status)));
        });
        WriteNotices(html, summary);
        WriteTiles(html, summary, metadata);
        WriteScores(html, report);
        html.Element("div", () =>
        {
            WriteCounts(html, "Classes", "Class", summary.Classes);
            WriteCounts(html, "Bands", "Band", summary.Bands);
            WriteCounts(html, "Actions", "Action", summary.Actions);
        }, ("class", "pair"));
        if (report.Evaluation is { } evaluation)
            HtmlEvaluation.Write(html, evaluation);
        if (summary.Challenger is not null)
            Section(html, "Challenger", () => ChallengerSection.Write(html, summary));
        WriteRejects(html, summary);
        if (DriftView.Find(summary) is { } drift)
            Section(html, "Drift", () => DriftSection.WriteDrift(html, drift));
        if (summary.Volume is { } volume)
            Section(html, "Volume", () => DriftSection.WriteVolume(html, volume));
        WriteThroughput(html, report.Throughput);
        WriteLineage(html, report);
    }

    private static void WriteNotices(HtmlWriter html, SummaryMetrics summary)
    {
        if (summary.Error is { } error)
            html.Element("section", () =>
            {
                html.Text("h2", "Error");
                html.Text("p", error);
            }, ("class", "notice bad"));
        if (summary.Warnings.Count > 0)
            html.Element("section", () =>
            {
                html.Text("h2", "Warnings");
                html.Element("ul", () =>
                {
                    foreach (string warning in summary.Warnings)
                        html.Text("li", warning);
                });
            }, ("class", "notice warn"));
    }

    private static void WriteTiles(HtmlWriter html, SummaryMetrics summary, RunMetadata metadata)
    {
        void Tile(string value, string name) => html.Element("div", () =>
        {
            html.Text("b", value);
            html.Text("span", name);
        }, ("class", "tile"));

        html.Element("div", () =>
        {
            Tile(Count(summary.RecordsTotal), "records");
            Tile(Count(summary.RecordsScored), "scored");
            Tile(Count(summary.RecordsFailed), "failed");
            if (summary.RecordsExcluded is { } excluded)
                Tile(Count(excluded), "left out by the filter");
            Tile(Percent(summary.SuccessRate), "success rate");
            Tile(Seconds(summary.ExecutionTimeSec), "duration");
            Tile(Count((long)summary.RowsPerSecond), "rows per second");
            Tile(Count(metadata.Shards), metadata.Shards == 1 ? "shard" : "shards");
        }, ("class", "tiles"));
    }

    private static void WriteScores(HtmlWriter html, RunReport report)
    {
        if (report.Summary.Score is not { } score)
            return;
        Section(html, "Scores", () =>
        {
            if (report.Histogram.Count > 0)
                WriteHistogram(html, report.Histogram);
            html.Text("p", $"Mean {Score(score.Mean)}, standard deviation {Score(score.Std)}, smallest {Score(score.Min)}, largest {Score(score.Max)}", ("class", "quiet"));
            Table(html, ["Range", "Scores", "Share", ""], report.Summary.ScoreDistribution.Select(b => (
                $"{Score(b.Lower)} – {Score(b.Upper)}", new[] { Count(b.Count), Percent(b.Share) }, b.Share)));
        });
    }

    private static void WriteHistogram(HtmlWriter html, IReadOnlyList<ScoreBucket> histogram)
    {
        double lower = histogram[0].Lower, width = histogram[^1].Upper - lower;

        // Ranges may differ in width: a bar's area, not its height, is what compares.
        double Density(ScoreBucket b) => b.Upper > b.Lower ? b.Count / (b.Upper - b.Lower) : b.Count;
        ScoreBucket tallest = histogram.MaxBy(Density)!;
        double peak = Math.Max(Density(tallest), double.Epsilon);
        html.Text("p", $"Highest bar: {Of(tallest.Count, "score")}", ("class", "peak"));
        Chart(html, "Histogram of the scores", histogram.Select(b => (
            width > 0 ? (b.Lower - lower) / width : 0,
            width > 0 ? (b.Upper - lower) / width : 1,
            Density(b) / peak,
            $"{Score(b.Lower)} – {Score(b.Upper)}: {Count(b.Count)}")));
        html.Element("div", () =>
        {
            for (int i = 0; i <= 4; i++)
                html.Text("span", Score(lower + (width * i / 4)));
        }, ("class", "axis"));
    }

    private static void WriteThroughput(HtmlWriter html, IReadOnlyList<ShardThroughput> shards)
    {
        ShardThroughput[] timed = [.. shards.Where(s => s.Seconds > 0)];
        if (timed.Length == 0)
            return;
        int perBar = (timed.Length + MaxBars - 1) / MaxBars;
        (string Name, double Rate)[] bars = [.. timed.Chunk(perBar).Select(c => (
            c.Length == 1 ? $"Shard {c[0].Shard}" : $"Shards {c[0].Shard} to {c[^1].Shard}",
            c.Sum(s => s.Records) / c.Sum(s => s.Seconds)))];
        double peak = Math.Max(bars.Max(b => b.Rate), double.Epsilon);
        Section(html, "Throughput by shard", () =>
        {
            html.Text("p", $"Highest bar: {Count((long)peak)} rows per second in one worker", ("class", "peak"));
            Chart(html, "Rows per second by shard", bars.Select((b, i) => (
                (double)i / bars.Length, (i + 1.0) / bars.Length, b.Rate / peak, $"{b.Name}: {Count((long)b.Rate)} rows per second")));
            html.Element("div", () =>
            {
                html.Text("span", $"Shard {timed[0].Shard}");
                html.Text("span", $"Shard {timed[^1].Shard}");
            }, ("class", "axis"));
        });
    }

    private static void WriteCounts(HtmlWriter html, string title, string name, IReadOnlyDictionary<string, long> counts)
    {
        if (counts.Count == 0)
            return;
        double total = Math.Max(1, counts.Values.Sum());
        Section(html, title, () => Table(html, [name, "Records", "Share", ""], counts.Select(c => (
            c.Key, new[] { Count(c.Value), Percent(c.Value / total) }, c.Value / total))));
    }

    private static void WriteRejects(HtmlWriter html, SummaryMetrics summary)
    {
        if (summary.RecordsFailed == 0)
            return;
        double total = summary.RecordsFailed;
        Section(html, "Rejects by reason", () =>
        {
            Table(html, ["Reason", "Records", "Share", ""], summary.Rejects.ByCode
                .OrderByDescending(r => r.Value).ThenBy(r => r.Key, StringComparer.Ordinal)
                .Select(r => (Reason(r.Key), new[] { Count(r.Value), Percent(r.Value / total) }, r.Value / total)));
            RejectCount[] columns = [.. summary.Rejects.ByColumn.Where(r => r.Column is not null)];
            if (columns.Length == 0)
                return;
            html.Element("br");
            Table(html, ["Column", "Reason", "Records", ""], columns.Take(MaxRejectRows)
                .Select(r => (r.Column!, new[] { Reason(r.Code), Count(r.Records) }, r.Records / total)));
            if (columns.Length > MaxRejectRows)
                html.Text("p", $"And {Count(columns.Length - MaxRejectRows)} more: see summary_metrics.json.", ("class", "quiet"));
        });
    }

    private static void WriteLineage(HtmlWriter html, RunReport report)
    {
        RunMetadata m = report.Metadata;
        SoftwareVersions s = m.Software;
        var rows = new List<(string Name, string Value, bool Code)>
        {
            ("Job", m.JobId, true),
            ("Run folder", report.RunFolder, true),
            ("Pipeline", $"{m.Pipeline}, version {m.PipelineVersion}", false),
            ("Pipeline SHA-256", m.PipelineSha256, true),
            ("Model", $"{m.ModelName}@{m.ModelVersion}{(m.ModelRequested is { } asked && asked != $"{m.ModelName}@{m.ModelVersion}" ? $" (asked for as {asked})" : "")}", false),
            ("Model SHA-256", m.ModelSha256, true),
            ("Manifest SHA-256", m.ManifestSha256 ?? "", true),
            ("Challenger", m.Challenger is { } c ? $"{c.ModelName}@{c.ModelVersion}{(c.Requested != $"{c.ModelName}@{c.ModelVersion}" ? $" (asked for as {c.Requested})" : "")}" : "", false),
            ("Challenger SHA-256", m.Challenger?.ModelSha256 ?? "", true),
            ("Input", m.DataSnapshot.Source, true),
            ("Snapshot", $"{Of(m.DataSnapshot.Files, "file")}, {Bytes(m.DataSnapshot.Bytes)}", false),
            ("Since", m.DataSnapshot.Since?.Describe() ?? "", false),
            ("Snapshot SHA-256", m.DataSnapshot.Sha256, true),
            ("Asked for", $"{Time(m.RequestedAt)} by {m.Trigger}", false),
            ("Started", Time(m.StartedAt), false),
            ("Ended", Time(m.EndedAt), false),
            ("Output", $"{Of(m.Parts, "part")} with predictions, {Of(m.RejectParts, "part")} with rejects", false),
            ("Table", m.Table is { } table ? $"{table.Name}, version {table.Version} ({table.Mode})" : "", false),
            ("Scoring", $"{Of(m.Shards, "shard")}, {m.MaxParallel} at once, {ReportText.Where(m)}", false),
            ("Device", m.DeviceReason is { } why ? $"{m.Device}: {why}" : "", false),
            ("Batch size", BatchSizes(m), false),
            ("Retries", m.Retries is { } retries ? Count(retries) : "", false),
            ("Software", $"BatchFunctions {s.BatchFunctions}, .NET {s.Dotnet}, ONNX Runtime {s.OnnxRuntime}, ZstdSharp {s.ZstdSharp}", false),
            ("Machine", $"{s.Os}, {s.Architecture}, {Of(s.Processors, "processor")}", false),
        };
        Section(html, "Lineage", () => html.Element("table", () => html.Element("tbody", () =>
        {
            foreach ((string name, string value, bool code) in rows.Where(r => r.Value.Length > 0))
                html.Element("tr", () =>
                {
                    html.Text("th", name, ("scope", "row"));
                    html.Element("td", () =>
                    {
                        if (code)
                            html.Text("code", value);
                        else
                            html.Text(value);
                    });
                });
        }), ("class", "lineage")));
    }

    private static string BatchSizes(RunMetadata m) => m.BatchSizes.Count <= 1
        ? Count(m.BatchSize)
        : $"{Count(m.BatchSize)} planned; {string.Join(", ", m.BatchSizes.Select(b => $"{b.Key} for {Of(b.Value, "shard")}"))}";

    private static void Section(HtmlWriter html, string title, Action content) => html.Element("section", () =>
    {
        html.Text("h2", title);
        content();
    });

    private static void Chart(HtmlWriter html, string name, IEnumerable<(double Left, double Right, double Height, string Title)> bars) => html.Element("svg", () =>
    {
        for (int i = 1; i <= 3; i++)
            html.Element("line", null, ("x1", "0"), ("x2", HtmlWriter.Number(ChartWidth)), ("y1", HtmlWriter.Number(ChartHeight * i / 4)), ("y2", HtmlWriter.Number(ChartHeight * i / 4)));
        foreach ((double left, double right, double height, string title) in bars)
        {
            if (height <= 0)
                continue;
            double gap = Math.Min(1, (right - left) * ChartWidth / 5);

            // Something is never drawn as nothing.
            double tall = Math.Max(0.7, height * ChartHeight);
            html.Element("rect", () => html.Text("title", title),
                ("x", HtmlWriter.Number(left * ChartWidth)),
                ("y", HtmlWriter.Number(ChartHeight - tall)),
                ("width", HtmlWriter.Number(Math.Max(0.5, ((right - left) * ChartWidth) - gap))),
                ("height", HtmlWriter.Number(tall)));
        }
    }, ("viewBox", $"0 0 {ChartWidth} {ChartHeight}"), ("preserveAspectRatio", "none"), ("role", "img"), ("aria-label", name));

    private static void Table(HtmlWriter html, string[] titles, IEnumerable<(string Name, string[] Values, double Share)> rows) => html.Element("div", () => html.Element("table", () =>
    {
        html.Element("thead", () => html.Element("tr", () =>
        {
            for (int i = 0; i < titles.Length; i++)
                html.Text("th", titles[i], ("scope", "col"), ("class", i == titles.Length - 1 ? "chart" : IsNumber(titles[i]) ? "number" : "word"));
        }));
        html.Element("tbody", () =>
        {
            foreach ((string name, string[] values, double share) in rows)
                html.Element("tr", () =>
                {
                    html.Text("th", name, ("scope", "row"));
                    for (int i = 0; i < values.Length; i++)
                        html.Text("td", values[i], ("class", IsNumber(titles[i + 1]) ? "number" : "word"));
                    html.Element("td", () => html.Element("div", () => html.Element("div", () => { }, ("class", "fill"), ("style", $"width:{HtmlWriter.Number(share * 100)}%")), ("class", "track")), ("class", "chart"));
                });
        });
    }), ("class", "scroll"));

    private static bool IsNumber(string title) => title is "Records" or "Share" or "Scores";

    private static string ClassOf(JobStatus status) => status switch
    {
        JobStatus.Succeeded => "good",
        JobStatus.SucceededWithWarnings => "warn",
        _ => "bad",
    };
}
