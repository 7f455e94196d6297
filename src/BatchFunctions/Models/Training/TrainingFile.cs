using System.Text.Json;
using BatchFunctions.Data;

namespace BatchFunctions.Models.Training;

/// <summary>Makes a manifest of what a training script wrote down as JSON: features in order, types, encoders, imputed values, scalers, label.</summary>
public static class TrainingFile
{
    private static readonly Dictionary<string, DataType> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["float32"] = DataType.Float32,
        ["float64"] = DataType.Float64,
        ["float"] = DataType.Float64,
        ["double"] = DataType.Float64,
        ["int8"] = DataType.Int64,
        ["int16"] = DataType.Int64,
        ["int32"] = DataType.Int32,
        ["int64"] = DataType.Int64,
        ["int"] = DataType.Int64,
        ["bool"] = DataType.Bool,
        ["boolean"] = DataType.Bool,
        ["string"] = DataType.String,
        ["str"] = DataType.String,
        ["object"] = DataType.String,
        ["category"] = DataType.String,
    };

    /// <summary>Reads the file.</summary>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="file">Its name for messages.</param>
    /// <returns>The manifest, and the keys of the file that a manifest has no use for.</returns>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: it is no such file; the message names the key.</exception>
    public static (ModelManifest Manifest, IReadOnlyList<string> Unused) Read(ReadOnlyMemory<byte> utf8, string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            var root = new TrainingSection(document.RootElement, "", file);
            ModelManifest manifest = ReadManifest(root);
            return (manifest, root.Unasked);
        }
        catch (JsonException exception)
        {
            throw new BatchFunctionsException(ErrorKind.Request, $"{file} is no JSON: {exception.Message}", exception);
        }
    }

    private static ModelManifest ReadManifest(TrainingSection root)
    {
        string[] names = [.. root.Require("features").Texts()];
        TrainingSection? types = root.Find("dtypes"), encoders = root.Find("encoders"), oneHot = root.Find("one_hot"), unseen = root.Find("unseen");
        TrainingSection? impute = root.Find("impute"), scalers = root.Find("scalers"), clip = root.Find("clip");

        // A script that names them has them in its file for its own use; scoring takes the id from the pipeline.
        _ = root.Find("id");
        foreach (TrainingSection? section in (ReadOnlySpan<TrainingSection?>)[types, encoders, oneHot, unseen, impute, scalers, clip])
            section?.RequireKeysAmong(names);
        return new ModelManifest
        {
            Name = root.Find("name")?.Text(),
            Version = root.Find("version")?.Text(),
            Description = root.Find("description")?.Text(),
            Task = root.Find("task") is { } task ? task.Word(ModelTask.Binary, ModelTask.Multiclass, ModelTask.Regression, ModelTask.Vector) : root.Has("positive_label") ? ModelTask.Binary : null,
            Features = [.. names.Select(name => Feature(name, types?.Find(name), encoders?.Find(name), oneHot?.Find(name), unseen?.Find(name), impute?.Find(name), scalers?.Find(name), clip?.Find(name)))],
            Classes = root.Find("classes")?.Texts(),
            Label = root.Find("label")?.Text(),
            PositiveLabel = root.Find("positive_label")?.Text(),
            Threshold = root.Find("threshold")?.Number(),
            Examples = root.Find("examples")?.Items().Select(Example).ToArray() ?? [],
        };
    }

    private static FeatureDefinition Feature(
        string name, TrainingSection? type, TrainingSection? encoder, TrainingSection? oneHot, TrainingSection? unseen, TrainingSection? impute, TrainingSection? scaler, TrainingSection? clip)
    {
        if (encoder is not null && oneHot is not null)
            throw oneHot.Refusal("is encoded already: it has an entry in encoders, too");
        bool hasCodes = encoder is { IsMapping: true };
        return new FeatureDefinition
        {
            Name = name,
            Type = type is null ? null : Types.TryGetValue(type.Text(), out DataType known) ? known : throw type.Refusal($"is '{type.Text()}', which is no type that a column has. Write one of {string.Join(", ", Types.Keys)}"),
            Categories = hasCodes ? [.. encoder!.Keys] : (encoder ?? oneHot)?.Texts(),
            Codes = hasCodes ? [.. encoder!.Keys.Select(k => encoder.Find(k)!.Number())] : null,
            Encode = oneHot is null ? FeatureEncoding.Ordinal : FeatureEncoding.OneHot,
            Unseen = unseen is null ? UnseenRule.Reject : Unseen(unseen),
            Missing = impute is null ? null : Missing(impute),
            Clip = clip is null ? null : new FeatureClip(clip.Find("min")?.Number(), clip.Find("max")?.Number()),
            Scale = scaler is null ? null : Scale(scaler),
        };
    }

    private static UnseenRule Unseen(TrainingSection unseen) =>
        unseen.IsNumber ? UnseenRule.AsCode(unseen.Number()) : unseen.Text() switch
        {
            "reject" => UnseenRule.Reject,
            "zeros" => UnseenRule.Zeros,
            var category => UnseenRule.As(category),
        };

    private static MissingRule Missing(TrainingSection impute)
    {
        if (!impute.IsMapping)
            return impute.IsNull ? MissingRule.Nan : MissingRule.Impute(impute.Text());
        foreach (Statistic statistic in (ReadOnlySpan<Statistic>)[Statistic.Mean, Statistic.Median, Statistic.Mode])
            if (impute.Find(statistic.ToString().ToLowerInvariant()) is { } value)
                return new MissingRule(MissingPolicy.Impute, value.Text(), statistic);
        throw impute.Refusal("is the imputed value, or { \"mean\": VALUE }, { \"median\": VALUE } or { \"mode\": VALUE }");
    }

    private static FeatureScale Scale(TrainingSection scaler)
    {
        (double? mean, double? std) = (scaler.Find("mean")?.Number(), scaler.Find("std")?.Number());
        (double? min, double? max) = (scaler.Find("min")?.Number(), scaler.Find("max")?.Number());
        (double? median, double? iqr) = (scaler.Find("median")?.Number(), scaler.Find("iqr")?.Number());
        FeatureScale? scale = (mean, std, min, max, median, iqr) switch
        {
            ({ } offset, { } divisor, null, null, null, null) => new(offset, divisor),
            (null, null, { } low, { } high, null, null) when low < high => FeatureScale.MinMax(low, high, (0, 1)),
            (null, null, null, null, { } offset, { } divisor) => new(offset, divisor),
            _ => null,
        };
        return scale is { Divisor: not 0 } ? scale : throw scaler.Refusal("needs mean and std, min and max, or median and iqr, and no spread of 0");
    }

    private static ModelExample Example(TrainingSection example)
    {
        TrainingSection inputs = example.Require("inputs");
        return new ModelExample(
            inputs.Keys.ToDictionary(k => k, k => inputs.Find(k) is { IsNull: false } value ? value.Text() : null, StringComparer.Ordinal),
            example.Require("score").Number());
    }
}
