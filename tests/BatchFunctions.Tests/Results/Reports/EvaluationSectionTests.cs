using System.Text.RegularExpressions;
using System.Xml.Linq;
using BatchFunctions.Results.Evaluations;
using BatchFunctions.Results.Reports;
using BatchFunctions.Tests.Results.Evaluations;

namespace BatchFunctions.Tests.Results.Reports;

public sealed partial class EvaluationSectionTests
{
    [Theory]
    [InlineData("Evaluation against left\n")]
    [InlineData(" Evaluated 1,000 98.81 %\n")]
    [InlineData(" Without label 7 0.69 %\n")]
    [InlineData(" Unknown label 5 0.49 %\n")]
    [InlineData(" AUC 0.")]
    [InlineData(" No, No ")]
    [InlineData("By region\n")]
    [InlineData(" (missing) 100 ")]
    [InlineData(" evaluation.json predictions against labels")]
    public void The_text_says_what_predictions_were_worth(string part) => Assert.Contains(part, Text(Evaluated.Binary()), StringComparison.Ordinal);

    [Fact]
    public void Of_many_values_the_text_shows_the_first_and_those_without_one()
    {
        string text = Text(Evaluated.Binary(regions: 60));

        Assert.Contains(" and 30 values more: see evaluation.json\n", text, StringComparison.Ordinal);
        Assert.Contains(" (other) ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_classes_and_numbers_have_measures_of_their_own()
    {
        Assert.Contains(" cat 3 0.6667 0.6667 0.6667\n", Text(Evaluated.Classes()), StringComparison.Ordinal);
        Assert.Contains("Macro F1", Text(Evaluated.Classes()), StringComparison.Ordinal);
        Assert.Contains(" RMSE 2.1602\n", Text(Evaluated.Values()), StringComparison.Ordinal);
        Assert.Contains(" Mean actual 33337\n", Text(Evaluated.Values()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_of_two_classes_has_three_curves_and_their_tables()
    {
        XDocument page = Page(Evaluated.Binary());
        XElement[] figures = [.. page.Descendants("figure")];

        Assert.Equal(["ROC curve", "Precision–recall curve", "Calibration"], figures.Select(f => f.Element("figcaption")!.Value));
        Assert.StartsWith("M0 100L", figures[0].Descendants("path").Single().Attribute("d")!.Value, StringComparison.Ordinal);
        Assert.EndsWith("L100 0", figures[0].Descendants("path").Single().Attribute("d")!.Value, StringComparison.Ordinal);
        Assert.Equal(10, figures[2].Descendants("circle").Count());
        Assert.Equal(["Evaluation against left", "Confusion matrix", "Calibration", "Lift", "By region"], page.Descendants("h2").Select(h => h.Value).Where(h => h is not ("Scores" or "Classes" or "Bands" or "Warnings" or "Rejects by reason" or "Throughput by shard" or "Lineage")));
    }

    [Fact]
    public void Pages_of_other_models_have_no_curves()
    {
        Assert.Empty(Page(Evaluated.Classes()).Descendants("figure"));
        Assert.Contains(Page(Evaluated.Classes()).Descendants("th"), t => t.Value == "predicted owl");
        Assert.Empty(Page(Evaluated.Values()).Descendants("figure"));
    }

    [Fact]
    public void Everything_from_the_data_is_escaped()
    {
        const string evil = "<script>alert('x')</script> \u202E";
        string page = Html(Evaluated.Binary(evil, evil, evil, [evil, evil + "2"]));

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202E', page);
        Assert.All(Regex.Matches(page, "<([a-z]+)[^>]*/>"), m => Assert.Contains(m.Groups[1].Value, new[] { "meta", "br", "line", "rect", "path" }));
        Assert.DoesNotContain('\u202E', Text(Evaluated.Binary(evil, evil, evil, [evil])));
    }

    private static XDocument Page(EvaluationReport evaluation) => XDocument.Parse(Html(evaluation));

    private static string Html(EvaluationReport evaluation)
    {
        using var writer = new StringWriter();
        HtmlReport.Write(Reports.Report() with { Evaluation = evaluation }, writer);
        return writer.ToString();
    }

    private static string Text(EvaluationReport evaluation)
    {
        using var writer = new StringWriter();
        TextReport.Write(Reports.Report() with { Evaluation = evaluation }, writer);
        return Spaces().Replace(writer.ToString(), " ");
    }

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
