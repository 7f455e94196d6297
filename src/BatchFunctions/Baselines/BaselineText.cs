using System.Globalization;
using System.Text;
using BatchFunctions.Models;

namespace BatchFunctions.Baselines;

/// <summary>Writes a baseline as a manifest's <c>baseline</c> key, which is also a file of its own.</summary>
internal static class BaselineText
{
    /// <summary>The text; reading it gives the baseline again.</summary>
    public static string Of(ModelBaseline baseline)
    {
        StringBuilder yaml = new("baseline:\n");
        if (baseline.Records is { } records)
            yaml.Append(CultureInfo.InvariantCulture, $"  records: {records}\n");
        if (baseline.Features.Count > 0)
            yaml.Append("  features:\n");
        foreach ((string name, Histogram histogram) in baseline.Features)
            yaml.Append(CultureInfo.InvariantCulture, $"    {ManifestText.Text(name)}: {Of(histogram)}\n");
        if (baseline.Score is { } score)
            yaml.Append(CultureInfo.InvariantCulture, $"  score: {Of(score)}\n");
        return yaml.ToString();
    }

    private static string Of(Histogram histogram)
    {
        StringBuilder text = new("{ ");
        text.Append(histogram.IsNumeric
            ? $"edges: [{string.Join(", ", histogram.Edges.Select(Number))}]"
            : $"categories: [{string.Join(", ", histogram.Categories.Select(ManifestText.Text))}]");
        text.Append(CultureInfo.InvariantCulture, $", counts: [{string.Join(", ", histogram.Counts.Select(Number))}]");
        if (histogram.Other > 0)
            text.Append(CultureInfo.InvariantCulture, $", other: {Number(histogram.Other)}");
        if (histogram.Missing > 0)
            text.Append(CultureInfo.InvariantCulture, $", missing: {Number(histogram.Missing)}");
        return text.Append(" }").ToString();
    }

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
