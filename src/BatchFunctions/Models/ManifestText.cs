using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Models;

/// <summary>Writes manifests: what is read from the text is the manifest that it was written from, its baseline left out.</summary>
public static class ManifestText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of a manifest, in the order of the documentation. A baseline is not written.</summary>
    public static string Of(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        StringBuilder yaml = new();
        Line(yaml, "name", Text(manifest.Name));
        Line(yaml, "version", Text(manifest.Version));
        Line(yaml, "description", Text(manifest.Description));
        Line(yaml, "task", manifest.Task is { } task ? Word(task) : null);
        Lines(yaml, "features", manifest.Features.Select(Of));
        Line(yaml, "outputs", Mapping(("score", Text(manifest.Outputs.Score)), ("class", Text(manifest.Outputs.Class)), ("positive", Text(manifest.Outputs.Positive))));
        Line(yaml, "classes", Sequence(manifest.Classes));
        Line(yaml, "label", Text(manifest.Label));
        Line(yaml, "positive_label", Text(manifest.PositiveLabel));
        Line(yaml, "threshold", Number(manifest.Threshold));
        if (manifest.Calibration?.Platt is { } platt)
            Line(yaml, "calibration", $"{{ platt: {Mapping(("a", Number(platt.A)), ("b", Number(platt.B)))} }}");
        Lines(yaml, "examples", manifest.Examples.Select(Of));
        return yaml.ToString();
    }

    private static string Of(FeatureDefinition feature) => Mapping(
        ("name", Text(feature.Name)),
        ("type", feature.Type is { } type ? ModelSignature.Name(type) : null),
        ("input", Text(feature.Input)),
        ("optional", feature.Optional ? "true" : null),
        ("missing", feature.Missing is { } missing ? Of(missing) : null),
        ("categories", feature.Codes is { } codes
            ? $"{{ {string.Join(", ", feature.Categories!.Zip(codes, (category, code) => $"{Text(category)}: {Number(code)}"))} }}"
            : Sequence(feature.Categories)),
        ("encode", feature.Encode is FeatureEncoding.Ordinal ? null : Word(feature.Encode)),
        ("unseen", Of(feature.Unseen)),
        ("clip", feature.Clip is { } clip ? Mapping(("min", Number(clip.Min)), ("max", Number(clip.Max))) : null),
        ("scale", feature.Scale is { } scale ? Mapping(("mean", Number(scale.Offset)), ("std", Number(scale.Divisor))) : null),
        ("statistics", feature.Statistics is { } s ? Mapping(("mean", Number(s.Mean)), ("median", Number(s.Median)), ("mode", Text(s.Mode))) : null))!;

    private static string Of(MissingRule missing) => missing switch
    {
        { Policy: not MissingPolicy.Impute } => Word(missing.Policy),
        { Statistic: { } statistic, Source: "statistics" } => Word(statistic),
        { Statistic: { } statistic } => $"{{ {Word(statistic)}: {(statistic is Statistic.Mode ? Text(missing.Value) : missing.Value)} }}",
        _ => double.TryParse(missing.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? missing.Value! : Text(missing.Value)!,
    };

    private static string? Of(UnseenRule unseen) => unseen.Policy switch
    {
        UnseenPolicy.Reject => null,
        UnseenPolicy.Code => Number(unseen.Code),
        UnseenPolicy.Category => $"{{ category: {Text(unseen.Category)} }}",
        _ => Word(unseen.Policy),
    };

    private static string Of(ModelExample example) =>
        $"{{ inputs: {{ {string.Join(", ", example.Inputs.Select(i => $"{Text(i.Key)}: {Text(i.Value) ?? "null"}"))} }}, score: {Number(example.Score)} }}";

    private static void Line(StringBuilder yaml, string key, string? value)
    {
        if (value is not null)
            yaml.Append(key).Append(": ").Append(value).Append('\n');
    }

    private static void Lines(StringBuilder yaml, string key, IEnumerable<string> items)
    {
        string[] lines = [.. items.Select(i => $"  - {i}\n")];
        if (lines.Length > 0)
            yaml.Append(key).Append(":\n").AppendJoin("", lines);
    }

    private static string? Mapping(params ReadOnlySpan<(string Key, string? Value)> entries)
    {
        StringBuilder mapping = new();
        foreach ((string key, string? value) in entries)
            if (value is not null)
                mapping.Append(mapping.Length == 0 ? "{ " : ", ").Append(key).Append(": ").Append(value);
        return mapping.Length == 0 ? null : mapping.Append(" }").ToString();
    }

    private static string? Sequence(IReadOnlyList<string>? texts) => texts is null ? null : $"[{string.Join(", ", texts.Select(Text))}]";

    private static string Word<T>(T word)
        where T : struct, Enum => PipelineKeys.Snake(word.ToString());

    private static string? Number(double? number) => number?.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>
    /// A text as a YAML scalar: plain where that reads as the same text; else a JSON string, which is a double-quoted YAML one but for the mark of an
    /// environment variable.
    /// </summary>
    internal static string? Text(string? text)
    {
        if (text is null)
            return null;
        bool plain = text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')
            && text is not ("reject" or "nan" or "zeros" or "mean" or "median" or "mode" or "null" or "Null" or "NULL" or "true" or "false" or "yes" or "no" or "Yes" or "No" or "y" or "n" or "on" or "off");
        return plain ? text : JsonSerializer.Serialize(text, Plain).Replace("${", "$${", StringComparison.Ordinal);
    }
}
