using System.Globalization;
using System.Text;
using System.Xml.Linq;
using BatchFunctions.Metrics;
using BatchFunctions.Results.Reports;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tests.Results.Reports;

public sealed class HtmlReportTests
{
    [Theory]
    [InlineData("10,000")]
    [InlineData("9,963")]
    [InlineData("99.63 %")]
    [InlineData("2.5 s")]
    [InlineData("4,000")]
    [InlineData("Succeeded with warnings")]
    [InlineData("37 records failed, more than the 10 that policy.max_failed_records allows.")]
    [InlineData("wrong type")]
    [InlineData("54.05 %")]
    [InlineData("churn@1.2.0 (asked for as churn@approved)")]
    [InlineData("4,096 planned; 4096 for 11 shards, 2048 for 1 shard")]
    public void The_page_says_what_happened(string text) =>
        Assert.Contains(Parse(Reports.Report()).Descendants(), e => !e.HasElements && e.Value == text || e.Name == "td" && e.Value == text);

    [Fact]
    public void The_histogram_has_a_bar_for_each_range_with_scores_and_the_heights_follow_the_counts()
    {
        RunReport report = Reports.Report();
        XElement[] bars = [.. Chart(Parse(report), "Histogram of the scores").Elements("rect")];
        long peak = report.Histogram.Max(b => b.Count);

        Assert.Equal(report.Histogram.Count(b => b.Count > 0), bars.Length);
        foreach ((XElement bar, ScoreBucket bucket) in bars.Zip(report.Histogram.Where(b => b.Count > 0)))
        {
            Assert.EndsWith($": {bucket.Count.ToString("N0", CultureInfo.InvariantCulture)}", bar.Element("title")!.Value, StringComparison.Ordinal);
            Assert.Equal(Math.Max(0.7, 100.0 * bucket.Count / peak), Number(bar, "height"), 0.01);
            Assert.Equal(100, Number(bar, "y") + Number(bar, "height"), 0.01);
            Assert.InRange(Number(bar, "x"), bucket.Lower * 1000 - 0.01, bucket.Upper * 1000);
        }
    }

    [Fact]
    public void Very_many_shards_share_bars_of_throughput()
    {
        XElement[] bars = [.. Chart(Parse(Reports.Report(shards: 1000)), "Rows per second by shard").Elements("rect")];

        Assert.InRange(bars.Length, 100, 120);
        Assert.Equal("Shards 0 to 8", bars[0].Element("title")!.Value.Split(':')[0]);
    }

    [Fact]
    public void Everything_from_the_data_is_escaped()
    {
        const string Evil = "<script>alert('x')</script> & \"q\" \u0000\u202E";
        ShardMetrics metrics = Reports.Metrics();
        metrics.Rejects.Add("missing", Evil, 9);
        metrics.Classes.Add(Evil, 3);
        metrics.Bands.Add(Evil, 3);

        string page = Write(Reports.Report(metrics, JobStatus.Failed, pipeline: Evil, error: Evil, warnings: [Evil]));
        XDocument parsed = XDocument.Parse(page);

        Assert.Empty(parsed.Descendants("script"));
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202E', page);
        Assert.True(parsed.Descendants().Count(e => !e.HasElements && e.Value.Contains("<script>alert('x')</script> & \"q\" ··", StringComparison.Ordinal)) >= 6);
    }

    [Fact]
    public void The_page_needs_no_other_file()
    {
        string page = Write(Reports.Report());

        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        Assert.DoesNotContain(XDocument.Parse(page).Descendants(), e => e.Name.LocalName is "link" or "script" or "img" or "iframe");
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        Assert.Contains("@media print", page, StringComparison.Ordinal);
    }

    [Fact]
    public void No_element_but_the_void_ones_closes_itself()
    {
        // HTML takes <div/> for a div that stays open.
        string page = Write(Reports.Report());

        Assert.All(System.Text.RegularExpressions.Regex.Matches(page, "<([a-z]+)[^>]*/>"), m => Assert.Contains(m.Groups[1].Value, new[] { "meta", "br", "line", "rect" }));
    }

    [Fact]
    public void The_style_sheet_means_the_same_to_html_and_to_xml() => Assert.DoesNotContain(HtmlStyle.Css, c => c is '<' or '>' or '&');

    [Fact]
    public void A_job_without_scores_has_a_page_too()
    {
        XDocument page = Parse(Reports.Report(new ShardMetrics(ScoreScale.Any), JobStatus.Failed, error: "Nothing to score.", warnings: [], shards: 0));

        Assert.Empty(page.Descendants("svg"));
        Assert.Contains(page.Descendants("p"), p => p.Value == "Nothing to score.");
    }

    [Fact]
    public void Scores_of_a_regression_have_a_histogram_from_smallest_to_largest()
    {
        var metrics = new ShardMetrics(ScoreScale.Any);
        metrics.AddRecords(1000);
        metrics.Scores.Add(Enumerable.Range(0, 1000).Select(i => 50_000f + (i * 100)).ToArray());
        XDocument page = Parse(Reports.Report(metrics));

        Assert.InRange(Chart(page, "Histogram of the scores").Elements("rect").Count(), 40, 50);
        Assert.Equal(["50000", "74975", "99950", "124925", "149900"], page.Descendants("div").First(d => (string?)d.Attribute("class") == "axis").Elements().Select(e => e.Value));
    }

    [Fact]
    public void The_bytes_are_utf_8_without_a_mark_and_always_the_same()
    {
        byte[] bytes = HtmlReport.ToUtf8(Reports.Report());

        Assert.Equal((byte)'<', bytes[0]);
        Assert.Equal(Write(Reports.Report()), Encoding.UTF8.GetString(bytes));
        Assert.Equal(bytes, HtmlReport.ToUtf8(Reports.Report()));
    }

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    private static XElement Chart(XDocument page, string name) => page.Descendants("svg").Single(s => (string?)s.Attribute("aria-label") == name);

    private static XDocument Parse(RunReport report) => XDocument.Parse(Write(report));

    private static string Write(RunReport report)
    {
        using var writer = new StringWriter();
        HtmlReport.Write(report, writer);
        return writer.ToString();
    }
}
