using BatchFunctions.Metrics;
using BatchFunctions.Results.Reports;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tests.Results.Reports;

public sealed class TextReportTests
{
    [Theory]
    [InlineData("Batch scoring report: churn")]
    [InlineData("Status    SUCCEEDED WITH WARNINGS")]
    [InlineData("Job       churn-20260208-020000")]
    [InlineData("Model     churn@1.2.0, sha256 bbbbbbbbbbbb")]
    [InlineData("Input     customers/*.parquet: 1 file, 1.2 MB, snapshot ")]
    [InlineData("Started   2026-02-08 02:00:00 UTC")]
    [InlineData("Duration  2.5 s, 4,000 rows/s")]
    [InlineData("Scoring   12 shards, batch size 4,096, on cpu, 8 at once, 1 retry")]
    [InlineData("  Total   10,000\n")]
    [InlineData("  Scored   9,963  99.63 %\n")]
    [InlineData("  Failed      37   0.37 %\n")]
    [InlineData("  Mean  0.333283\n")]
    [InlineData("  Min          0\n")]
    [InlineData("  wrong type  20  54.05 %  income 20\n")]
    [InlineData("  missing     16  43.24 %  age 12, region 4\n")]
    [InlineData("  ragged       1   2.70 %\n")]
    [InlineData("  - 37 records failed, more than the 10")]
    [InlineData("  /data/scored/churn/2026-02-08/churn-20260208-020000\n")]
    public void The_report_says_what_happened(string part) => Assert.Contains(part, Write(Reports.Report()), StringComparison.Ordinal);

    [Fact]
    public void The_distribution_has_five_ranges_with_bars_as_long_as_their_shares()
    {
        string[] lines = Write(Reports.Report()).Split('\n');
        string[] ranges = lines[(Array.IndexOf(lines, "Score distribution") + 2)..][..5];

        Assert.Equal(["0 - 0.2", "0.2 - 0.4", "0.4 - 0.6", "0.6 - 0.8", "0.8 - 1"], ranges.Select(r => r[..11].Trim()));
        Assert.Contains("4,456  44.73 %  " + new string('#', 18), ranges[0], StringComparison.Ordinal);
        Assert.Equal(40, ranges.Sum(r => r.Count(c => c == '#')), 2.0);
    }

    [Fact]
    public void Bands_are_in_the_pipelines_order()
    {
        string text = Write(Reports.Report());

        Assert.True(text.IndexOf("  low ", StringComparison.Ordinal) < text.IndexOf("  medium ", StringComparison.Ordinal));
        Assert.True(text.IndexOf("  medium ", StringComparison.Ordinal) < text.IndexOf("  high ", StringComparison.Ordinal));
    }

    [Fact]
    public void What_there_is_none_of_has_no_section()
    {
        var metrics = new ShardMetrics(ScoreScale.Any);
        metrics.AddRecords(3);
        string text = Write(Reports.Report(metrics, JobStatus.Succeeded, warnings: []));

        Assert.DoesNotContain("Warnings", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Rejects by reason", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Score distribution", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Bands", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_job_says_why() =>
        Assert.Contains("Error\n-----\n  The disk is full.\n", Write(Reports.Report(status: JobStatus.Failed, error: "The disk is full.")), StringComparison.Ordinal);

    [Fact]
    public void Nothing_from_the_data_can_move_a_terminals_cursor()
    {
        ShardMetrics metrics = Reports.Metrics();
        metrics.Rejects.Add("missing", "evil\u001b[2J\r\n\u202Ename");

        string text = Write(Reports.Report(metrics));

        Assert.Contains("evil·[2J····name 1", text.Replace("\u00B7\u00B7\u00B7name", "····name", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(text, c => c != '\n' && char.IsControl(c));
    }

    [Fact]
    public void The_same_job_gives_the_same_text() => Assert.Equal(Write(Reports.Report()), Write(Reports.Report()));

    [Theory]
    [InlineData(0, "0.00 %")]
    [InlineData(0.00001, "<0.01 %")]
    [InlineData(0.999999, ">99.99 %")]
    [InlineData(1, "100.00 %")]
    [InlineData(0.5, "50.00 %")]
    public void A_few_are_never_none_and_most_are_never_all(double share, string text) => Assert.Equal(text, ReportText.Percent(share));

    [Theory]
    [InlineData(0.25, "0.25 s")]
    [InlineData(59.5, "59.5 s")]
    [InlineData(61, "1 min 1 s")]
    [InlineData(7_384, "2 h 3 min")]
    public void Durations_are_for_people(double seconds, string text) => Assert.Equal(text, ReportText.Seconds(seconds));

    private static string Write(RunReport report)
    {
        using var writer = new StringWriter();
        TextReport.Write(report, writer);
        return writer.ToString();
    }
}
