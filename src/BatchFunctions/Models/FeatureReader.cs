using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Models;

/// <summary>Reads an entry of a manifest's <c>features</c>.</summary>
/// <param name="baseline">The manifest's baseline, or null.</param>
/// <param name="problems">Where what is wrong is noted.</param>
internal sealed class FeatureReader(ModelBaseline? baseline, Problems problems)
{
    private static readonly DataType[] Types = [DataType.Float32, DataType.Float64, DataType.Int64, DataType.Int32, DataType.Bool, DataType.String];

    /// <summary>Reads the feature at <paramref name="path"/>.</summary>
    public FeatureDefinition? Read(YamlNode node, string path)
    {
        if (node is YamlScalar { IsNull: false } name)
            return new() { Name = name.Value };
        if (ManifestSection.Of(node, path, problems) is not { } section)
            return null;
        (IReadOnlyList<string>? categories, IReadOnlyList<double>? codes) = ReadCategories(section);
        FeatureDefinition feature = new()
        {
            Name = section.Text("name") ?? "",
            Type = section.Word("type", Types),
            Input = section.Text("input"),
            Optional = section.Flag("optional") ?? false,
            Categories = categories,
            Codes = codes,
            Encode = section.Word("encode", FeatureEncoding.Ordinal, FeatureEncoding.OneHot, FeatureEncoding.OneHotDropFirst) ?? FeatureEncoding.Ordinal,
            Clip = section.Section("clip") is { } clip ? ReadClip(clip) : null,
            Statistics = section.Section("statistics") is { } statistics ? ReadStatistics(statistics) : null,
        };
        Known known = new(feature, baseline?.Features.GetValueOrDefault(feature.Name));
        if (section.Section("scale") is { } scale)
            feature = feature with { Scale = ReadScale(scale, known) };
        feature = feature with
        {
            Missing = section.Find("missing") is { } missing ? ReadMissing(missing, section, known) : null,
            Unseen = section.Find("unseen") is { } unseen ? ReadUnseen(unseen, section, known) : UnseenRule.Reject,
        };
        section.RefuseOthers();
        Check(feature, section);
        return feature;
    }

    private static void Check(FeatureDefinition feature, ManifestSection section)
    {
        if (feature.Name.Length == 0)
            section.Complain("name", "is missing: write the column's name.");
        section.RefuseTwice("categories", feature.Categories);
        if (feature.Categories is { Count: 0 })
            section.Complain("categories", "is empty: write the values in the order of their codes, or remove the key.");
        if (feature.Categories is null && section.Find("unseen") is not null)
            section.Complain("unseen", "has a meaning only where there are categories.");
        if (feature is { Categories: not null, Type: DataType.Int32 or DataType.Int64 } && feature.Categories.FirstOrDefault(c => !long.TryParse(c, CultureInfo.InvariantCulture, out _)) is { } word)
            section.Complain("categories", $"has '{word}', which is no {ModelSignature.Name(feature.Type.Value)}.");
        if (feature.Unseen.Category is { } category && feature.Categories?.Contains(category) == false)
            section.Complain("unseen", $"takes other values for '{category}', which is none of the categories.");
        if (feature.Encode is FeatureEncoding.Ordinal)
        {
            if (feature.Unseen.Policy is UnseenPolicy.Zeros)
                section.Complain("unseen", "is zeros, which only a one-hot encoding has. Write a code, most_frequent or reject.");
            if (feature.Missing?.Policy is MissingPolicy.Zeros)
                section.Complain("missing", "is zeros, which only a one-hot encoding has. Write a value, nan or reject; { value: zeros } for the word.");
            return;
        }

        if (feature.Categories is null)
            section.Complain("encode", "needs categories.");
        else if (feature is { Encode: FeatureEncoding.OneHotDropFirst, Categories.Count: 1 })
            section.Complain("encode", "leaves nothing of a feature with one category. Write one_hot.");
        if (feature.Codes is not null)
            section.Complain("categories", "have codes, but a one-hot encoding has only 0 and 1. Write a list without codes.");
        if (feature.Unseen.Policy is UnseenPolicy.Code)
            section.Complain("unseen", "cannot be a code where the encoding is one-hot. Write zeros, most_frequent or reject.");
        if (feature.Missing?.Policy is MissingPolicy.Nan)
            section.Complain("missing", "cannot be nan where the encoding is one-hot. Write zeros, a category or reject.");
        if (feature.Clip is not null || feature.Scale is not null)
            section.Complain(feature.Clip is not null ? "clip" : "scale", "has no meaning where the encoding is one-hot.");
    }

    private (IReadOnlyList<string>? Categories, IReadOnlyList<double>? Codes) ReadCategories(ManifestSection section)
    {
        if (section.Find("categories") is not YamlMapping mapping)
            return (section.Texts("categories"), null);
        string path = section.PathOf("categories");
        return (
            [.. mapping.Entries.Select(e => e.Key.Value)],
            [.. mapping.Entries.Select(e => ManifestSection.Number(e.Value, $"{path}.{e.Key.Value}", problems) ?? 0)]);
    }

    private static FeatureClip ReadClip(ManifestSection section)
    {
        FeatureClip clip = new(section.Number("min"), section.Number("max"));
        section.RefuseOthers();
        if (clip is { Min: null, Max: null })
            section.Complain("min", "and max are both missing: write one of them, or both.");
        else if (clip.Min > clip.Max)
            section.Complain("min", "is larger than max.");
        return clip;
    }

    private static FeatureStatistics ReadStatistics(ManifestSection section)
    {
        FeatureStatistics statistics = new(section.Number("mean"), section.Number("median"), section.Text("mode"));
        section.RefuseOthers();
        return statistics;
    }

    private static FeatureScale? ReadScale(ManifestSection section, Known known)
    {
        double? mean = section.Number("mean"), std = section.Number("std");
        double? min = section.Number("min"), max = section.Number("max");
        double? median = section.Number("median"), iqr = section.Number("iqr");
        IReadOnlyList<double>? range = section.Numbers("range");
        section.RefuseOthers();
        (known.ScaleMean, known.ScaleMedian) = (mean, median);
        bool standard = (mean ?? std) is not null, minMax = (min ?? max) is not null, robust = (median ?? iqr) is not null;
        if ((standard ? 1 : 0) + (minMax ? 1 : 0) + (robust ? 1 : 0) != 1)
        {
            section.Complain("mean", "and std, or min and max, or median and iqr are needed, and only one of these pairs.");
            return null;
        }

        if (range is not null && !minMax)
            section.Complain("range", "has a meaning only with min and max.");
        if (minMax)
        {
            if (min is not { } low || max is not { } high || low >= high)
                section.Complain("min", "and max are both needed, and min must be the smaller one.");
            else if (range is not (null or [_, _]) || range?[0] >= range?[1])
                section.Complain("range", "is the smallest and the largest value that come out, such as [0, 1].");
            else
                return FeatureScale.MinMax(low, high, range is null ? (0, 1) : (range[0], range[1]));
            return null;
        }

        if ((standard ? std : iqr) is 0)
            section.Complain(standard ? "std" : "iqr", "is 0; write 1 for a feature that is only shifted.");
        return standard ? new(mean ?? 0, std ?? 1) : new(median ?? 0, iqr ?? 1);
    }

    private MissingRule? ReadMissing(YamlNode node, ManifestSection feature, Known known)
    {
        switch (node)
        {
            case YamlScalar { Quoted: false, Value: "reject" }:
                return MissingRule.Reject;
            case YamlScalar { Quoted: false, Value: "nan" }:
                return MissingRule.Nan;
            case YamlScalar { Quoted: false, Value: "zeros" }:
                return MissingRule.Zeros;
            case YamlScalar { Quoted: false, Value: "mean" }:
                return Taken(Statistic.Mean, known, feature, "missing");
            case YamlScalar { Quoted: false, Value: "median" }:
                return Taken(Statistic.Median, known, feature, "missing");
            case YamlScalar { Quoted: false, Value: "mode" }:
                return Taken(Statistic.Mode, known, feature, "missing");
            case YamlScalar value:
                return MissingRule.Impute(value.Value);
            default:
                return ManifestSection.Of(node, feature.PathOf("missing"), problems) is { } section ? ReadImputed(section, known) : null;
        }
    }

    private static MissingRule? ReadImputed(ManifestSection section, Known known)
    {
        string? value = section.Text("value"), mode = section.Text("mode");
        double? mean = section.Number("mean"), median = section.Number("median");
        section.RefuseOthers();
        MissingRule?[] given =
        [
            value is null ? null : MissingRule.Impute(value),
            mean is null ? null : new(MissingPolicy.Impute, Written(mean.Value), Statistic.Mean),
            median is null ? null : new(MissingPolicy.Impute, Written(median.Value), Statistic.Median),
            mode is null ? null : new(MissingPolicy.Impute, mode, Statistic.Mode),
        ];
        if (given.Count(g => g is not null) != 1)
            section.Complain("value", "is missing: write the imputed value, or what it is of training's values: { mean: 32.4 }, { median: 29 } or { mode: north }; only one of them.");
        else if (known.IsText && (mean ?? median) is not null)
            section.Complain(mean is null ? "median" : "mean", "is a number, and the feature's values are none. Write { mode: VALUE } or { value: VALUE }.");
        return given.FirstOrDefault(g => g is not null);
    }

    private static MissingRule? Taken(Statistic statistic, Known known, ManifestSection section, string key)
    {
        if (known.Find(statistic) is { } found)
            return new(MissingPolicy.Impute, found.Value, statistic, found.Source);
        string word = statistic.ToString().ToLowerInvariant();
        section.Complain(key, known.IsText && statistic is not Statistic.Mode
            ? $"is {word}, which only numbers have. Write mode, or the value."
            : $"is {word}, but the manifest does not have that number. Write it: {key}: {{ {word}: VALUE }}, or in the feature's statistics: {{ {word}: VALUE }}.");
        return null;
    }

    private UnseenRule ReadUnseen(YamlNode node, ManifestSection section, Known known)
    {
        switch (node)
        {
            case YamlScalar { Quoted: false, Value: "reject" }:
                return UnseenRule.Reject;
            case YamlScalar { Quoted: false, Value: "zeros" }:
                return UnseenRule.Zeros;
            case YamlScalar { Quoted: false, Value: "most_frequent" }:
                if (known.Find(Statistic.Mode) is { } mode)
                    return UnseenRule.As(mode.Value);
                section.Complain("unseen", "is most_frequent, but the manifest does not tell which category is. Write unseen: { category: VALUE }, or statistics: { mode: VALUE }.");
                return UnseenRule.Reject;
            case YamlMapping when ManifestSection.Of(node, section.PathOf("unseen"), problems) is { } inner:
                string? category = inner.Text("category");
                inner.RefuseOthers();
                if (category is null)
                    inner.Complain("category", "is missing: write the category that other values are taken for.");
                return category is null ? UnseenRule.Reject : UnseenRule.As(category);
            case YamlScalar { Quoted: false } number when double.TryParse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double code) && double.IsFinite(code):
                return UnseenRule.AsCode(code);
            default:
                section.Complain("unseen", "is reject, zeros, most_frequent, { category: VALUE } or the code that other values get.");
                return UnseenRule.Reject;
        }
    }

    private static string Written(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>What the manifest knows of a feature's values in training.</summary>
    private sealed class Known(FeatureDefinition feature, Histogram? histogram)
    {
        public double? ScaleMean { get; set; }

        public double? ScaleMedian { get; set; }

        public bool IsText => feature.Type is DataType.String || (feature.Type is null && feature.Categories is not null);

        public (string Value, string Source)? Find(Statistic statistic) => statistic switch
        {
            _ when IsText && statistic is not Statistic.Mode => null,
            Statistic.Mean => Number(feature.Statistics?.Mean, ScaleMean),
            Statistic.Median => Number(feature.Statistics?.Median, ScaleMedian),
            _ => feature.Statistics?.Mode is { } mode ? (mode, "statistics") : MostCounted(),
        };

        private static (string Value, string Source)? Number(double? counted, double? scale) =>
            counted is { } first ? (Written(first), "statistics") : scale is { } second ? (Written(second), "scale") : null;

        // Bins of numbers say only about where the values were, and training imputed an exact one.
        private (string Value, string Source)? MostCounted()
        {
            if (histogram is not { Categories.Count: > 0 } || histogram.Categories.Count != histogram.Counts.Count)
                return null;
            int most = 0;
            for (int i = 1; i < histogram.Counts.Count; i++)
                if (histogram.Counts[i] > histogram.Counts[most])
                    most = i;
            return (histogram.Categories[most], "baseline");
        }
    }
}
