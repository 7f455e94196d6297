using BatchFunctions.Metrics;
using static BatchFunctions.Results.Reports.ReportText;

namespace BatchFunctions.Results.Reports;

/// <summary>Writes <c>report.txt</c>: a job for people, in plain text of at most about 100 columns.</summary>
public static class TextReport
{
    private const int BarWidth = 40;
    private const int TopColumns = 5;

    /// <summary>Writes the report, with line feeds on every system.</summary>
    public static void Write(RunReport report, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(writer);
        writer.NewLine = "\n";
        WriteHeader(report, writer);
        SummaryMetrics summary = report.Summary;
        if (summary.Error is { } error)
            WriteSection(writer, "Error", [$"  {Plain(error)}"]);
        if (summary.Warnings.Count > 0)
            WriteSection(writer, "Warnings", summary.Warnings.Select(w => $"  - {Plain(w)}"));
        WriteTable(writer, "Records",
        [
            ["Total", Count(summary.RecordsTotal)],
            ["Scored", Count(summary.RecordsScored), Percent(summary.SuccessRate)],
            ["Failed", Count(summary.RecordsFailed), Percent(summary.RecordsTotal == 0 ? 0 : (double)summary.RecordsFailed / summary.RecordsTotal)],
            .. summary.RecordsExcluded is { } excluded ? [["Left out by the filter", Count(excluded)]] : (string[][])[],
        ]);
        WriteCounts(writer, "Classes", summary.Classes);
        if (summary.Score is { } score)
        {
            WriteTable(writer, "Scores", [["Mean", Score(score.Mean)], ["Std", Score(score.Std)], ["Min", Score(score.Min)], ["Max", Score(score.Max)]]);
            WriteTable(writer, "Score distribution",
                summary.ScoreDistribution.Select(b => new[] { $"{Score(b.Lower)} - {Score(b.Upper)}", Count(b.Count), Percent(b.Share), Bar(b.Share) }));
        }

        WriteCounts(writer, "Bands", summary.Bands);
        WriteCounts(writer, "Actions", summary.Actions);
        if (report.Evaluation is { } evaluation)
            TextEvaluation.Write(writer, evaluation);
        WriteChallenger(writer, summary);
        WriteRejects(writer, summary);
        WriteDrift(writer, summary);
        if (summary.Volume is { } volume)
            WriteSection(writer, "Volume", [$"  {Volume(volume)}"]);
        WriteFiles(report, writer);
    }

    private static void WriteHeader(RunReport report, TextWriter writer)
    {
        RunMetadata m = report.Metadata;
        string title = $"Batch scoring report: {Plain(m.Pipeline)}";
        writer.WriteLine(title);
        writer.WriteLine(new string('=', title.Length));
        writer.WriteLine();
        string[][] rows =
        [
            ["Status", Status(report.Summary.Status).ToUpperInvariant()],
            ["Job", Plain(m.JobId)],
            ["Pipeline", $"{Plain(m.Pipeline)}, version {m.PipelineVersion}, sha256 {Short(m.PipelineSha256)}"],
            ["Model", $"{Plain(m.ModelName)}@{Plain(m.ModelVersion)}, sha256 {Short(m.ModelSha256)}"],
            ["Input", $"{Plain(m.DataSnapshot.Source)}: {Of(m.DataSnapshot.Files, "file")}, {Bytes(m.DataSnapshot.Bytes)}, snapshot {Short(m.DataSnapshot.Sha256)}"],
            .. m.DataSnapshot.Since is { } since ? [["Since", since.Describe()]] : (string[][])[],
            ["Started", Time(m.StartedAt)],
            ["Ended", Time(m.EndedAt)],
            ["Duration", $"{Seconds(m.ExecutionTimeSec)}, {Count((long)report.Summary.RowsPerSecond)} rows/s"],
            ["Scoring", $"{Of(m.Shards, "shard")}, batch size {Count(m.BatchSize)}, {Plain(Where(m))}, {m.MaxParallel} at once{(m.Retries is { } r ? $", {Of(r, "retry", "retries")}" : "")}"],
        ];
        foreach (string[] row in rows)
            writer.WriteLine($"{row[0],-10}{row[1]}");
    }

    private static void WriteCounts(TextWriter writer, string title, IReadOnlyDictionary<string, long> counts)
    {
        double total = Math.Max(1, counts.Values.Sum());
        WriteTable(writer, title, counts.Select(c => new[] { Plain(c.Key), Count(c.Value), Percent(c.Value / total), Bar(c.Value / total) }));
    }

    private static void WriteChallenger(TextWriter writer, SummaryMetrics summary)
    {
        if (summary.Challenger is not { } challenger)
            return;
        WriteSection(writer, "Challenger", ChallengerView.Sentences(challenger).Select(s => $"  {Plain(s)}"));
        WriteTable(writer, "Challenger minus model", ChallengerView.Differences(challenger).Select(d => new[] { d.Name, d.Value }));
        WriteTable(writer, "Classes by model and challenger, and differences of their probabilities (mean, mean size, largest size)", ChallengerView.Classes(challenger).Select(c => c.Select(Plain).ToArray()));
        WriteTable(writer, "Measures of model and challenger", ChallengerView.Measures(summary).Select(m => new[] { m.Name, m.Model, m.Challenger }));
    }

    private static void WriteRejects(TextWriter writer, SummaryMetrics summary)
    {
        double total = Math.Max(1, summary.RecordsFailed);
        WriteTable(writer, "Rejects by reason", summary.Rejects.ByCode
            .OrderByDescending(r => r.Value).ThenBy(r => r.Key, StringComparer.Ordinal)
            .Select(r => new[] { Plain(Reason(r.Key)), Count(r.Value), Percent(r.Value / total), Columns(summary.Rejects.ByColumn, r.Key) }));
    }

    private static string Columns(IReadOnlyList<RejectCount> rejects, string code)
    {
        RejectCount[] named = [.. rejects.Where(r => r.Code == code && r.Column is not null)];
        string list = string.Join(", ", named.Take(TopColumns).Select(r => $"{Plain(r.Column!)} {Count(r.Records)}"));
        return named.Length > TopColumns ? $"{list}, and {Of(named.Length - TopColumns, "column")} more" : list;
    }

    private static void WriteDrift(TextWriter writer, SummaryMetrics summary)
    {
        if (DriftView.Find(summary) is not { } view)
            return;
        string[][] rows = [
            ["Feature", "PSI", "KS", "JS", "Missing", "Unseen", ""],
            .. view.Rows.Select(r => new[]
            {
                Plain(view.NameOf(r)), DriftView.Value(r.Psi), DriftView.Value(r.Ks), DriftView.Value(r.Js), Percent(r.MissingRate), Percent(r.UnseenRate), r.Drifted ? "drift" : "",
            }),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(r => r[i].Length))];
        WriteSection(writer, "Drift",
        [
            $"  {Plain(view.Introduction)}",
            .. rows.Select(r => ("  " + string.Join("  ", r.Select((cell, i) => i is 0 or 6 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))).TrimEnd()),
            .. view.Notes.Select(n => $"  {Plain(n)}"),
        ]);
    }

    private static void WriteFiles(RunReport report, TextWriter writer)
    {
        bool published = report.Metadata.Parts > 0;
        var lines = new List<string> { $"  {Plain(report.RunFolder)}" };
        if (published)
            lines.Add($"    predictions/           {Of(report.Metadata.Parts, "part")}");
        if (report.Metadata.RejectParts > 0)
            lines.Add($"    rejects/               {Of(report.Metadata.RejectParts, "part")}: position, record and reason of each reject");
        if (published)
            lines.Add("    manifest.json          the parts with rows, bytes and SHA-256");
        lines.Add("    summary_metrics.json   these numbers");
        lines.Add("    metadata.json          model, snapshot, pipeline and software in full");
        if (report.Evaluation is not null)
            lines.Add("    evaluation.json        predictions against labels: measures, curves, segments");
        lines.Add("    report.html            this report with charts");
        WriteSection(writer, "Files", lines);
        if (report.Metadata.Table is { } table)
            WriteSection(writer, "Table", [$"  {Plain(table.Name)}, version {table.Version}: {Plain(table.Folder)}"]);
    }

    /// <summary>Writes a section of aligned cells; the second and third of a row are numbers.</summary>
    internal static void WriteTable(TextWriter writer, string title, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        if (all.Length == 0)
            return;
        int[] widths = [.. Enumerable.Range(0, all.Max(r => r.Length)).Select(i => all.Max(r => i < r.Length ? r[i].Length : 0))];
        WriteSection(writer, title, all.Select(r =>
            ("  " + string.Join("  ", r.Select((cell, i) => i is 1 or 2 ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])))).TrimEnd()));
    }

    /// <summary>Writes a title with lines below.</summary>
    internal static void WriteSection(TextWriter writer, string title, IEnumerable<string> lines)
    {
        writer.WriteLine();
        writer.WriteLine(title);
        writer.WriteLine(new string('-', title.Length));
        foreach (string line in lines)
            writer.WriteLine(line);
    }

    // Something is never drawn as nothing.
    private static string Bar(double share) => new('#', share > 0 ? Math.Max(1, (int)Math.Round(share * BarWidth)) : 0);

    private static string Short(string sha256) => sha256.Length > 12 ? sha256[..12] : sha256;
}
