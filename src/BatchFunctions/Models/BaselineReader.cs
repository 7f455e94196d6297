using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Models;

/// <summary>Reads a baseline: a manifest's <c>baseline</c> key, or a file of its own.</summary>
internal static class BaselineReader
{
    private const string Key = "baseline";

    /// <summary>Reads a file that holds a baseline, as the value of a <c>baseline</c> key or by itself; YAML, or JSON, which is YAML too.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">The file's name for messages.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: it is none; the message names line and column.</exception>
    public static ModelBaseline ReadFile(string text, string file)
    {
        Problems problems = new();
        ModelBaseline? baseline = null;
        if (YamlDocumentReader.Read(text, _ => null, problems) is { } root && ManifestSection.Of(root, "", problems) is { } section)
        {
            bool isNested = section.Entries is [{ Key.Value: Key }];
            baseline = (isNested ? section.Section(Key) : section) is { } content ? Read(content, problems) : null;
            if (baseline is { Features.Count: 0, Score: null })
                problems.Add(section.At, "There is neither a feature nor a score here to compare with.");
        }

        problems.Throw(file);
        return baseline ?? throw new BatchFunctionsException(ErrorKind.Request, $"{file} holds no baseline; docs/monitoring.md shows what one looks like.");
    }

    /// <summary>Reads a baseline.</summary>
    public static ModelBaseline Read(ManifestSection section, Problems problems)
    {
        Dictionary<string, Histogram> features = new(StringComparer.Ordinal);
        if (section.Section("features") is { } histograms)
            foreach ((YamlScalar name, YamlNode node) in histograms.Entries)
                if (ReadHistogram(ManifestSection.Of(node, histograms.PathOf(name.Value), problems)) is { } histogram)
                    features[name.Value] = histogram;
        ModelBaseline baseline = new()
        {
            Records = (long?)section.Number("records"),
            Features = features,
            Score = ReadHistogram(section.Section("score")),
        };
        section.RefuseOthers();
        if (baseline.Records < 1)
            section.Complain("records", "must be at least 1.");
        if (baseline.Score is { IsNumeric: false, Categories.Count: > 0 })
            section.Complain("score", "is a number and has edges, not categories.");
        return baseline;
    }

    private static Histogram? ReadHistogram(ManifestSection? section)
    {
        if (section is null)
            return null;
        Histogram histogram = new()
        {
            Edges = section.Numbers("edges") ?? [],
            Categories = section.Texts("categories") ?? [],
            Counts = section.Numbers("counts") ?? [],
            Other = section.Number("other") ?? 0,
            Missing = section.Number("missing") ?? 0,
        };
        section.RefuseOthers();
        if (histogram.Edges.Count > 0 == histogram.Categories.Count > 0)
            section.Complain("edges", "or categories is needed, and not both.");
        else if (histogram.Counts.Count != (histogram.Edges.Count > 0 ? histogram.Edges.Count - 1 : histogram.Categories.Count))
            section.Complain("counts", $"has {histogram.Counts.Count} numbers; one is needed for each {(histogram.Edges.Count > 0 ? "bin, which is one less than there are edges" : "category")}.");
        else if (histogram.Edges.Count == 1)
            section.Complain("edges", "has one edge; a bin needs two.");
        else if (histogram.Counts.Sum() + histogram.Other <= 0)
            section.Complain("counts", "has no value in it.");
        if (histogram.Counts.Any(c => c < 0) || histogram.Missing < 0 || histogram.Other < 0)
            section.Complain("counts", "cannot be negative.");
        for (int i = 1; i < histogram.Edges.Count; i++)
            if (!(histogram.Edges[i] > histogram.Edges[i - 1]))
            {
                section.Complain("edges", "must ascend.");
                break;
            }

        foreach (IGrouping<string, string> twice in histogram.Categories.GroupBy(c => c, StringComparer.Ordinal).Where(g => g.Skip(1).Any()))
            section.Complain("categories", $"has '{twice.Key}' twice.");
        return histogram;
    }
}
