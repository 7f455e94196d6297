using BatchFunctions.Pipelines;

namespace BatchFunctions.Models;

/// <summary>
/// What a model file does not say of itself: which columns its features are, what fills a missing value, how categories are encoded,
/// which output is the score. What is absent here is read from the model: see <see cref="ModelSession"/>.
/// </summary>
public sealed record ModelManifest
{
    /// <summary>A manifest that says nothing.</summary>
    public static ModelManifest Empty { get; } = new();

    /// <summary>The model's name, or null where the registry's is taken.</summary>
    public string? Name { get; init; }

    /// <summary>The model's version, or null where the registry's is taken.</summary>
    public string? Version { get; init; }

    /// <summary>What the model is for, for people.</summary>
    public string? Description { get; init; }

    /// <summary>What the output means. Default: by the model file.</summary>
    public ModelTask? Task { get; init; }

    /// <summary>The features in the model's order. Empty where each input of the model is a column of its name.</summary>
    public IReadOnlyList<FeatureDefinition> Features { get; init; } = [];

    /// <summary>Which outputs mean what.</summary>
    public ModelOutputs Outputs { get; init; } = new();

    /// <summary>The classes in the order of the probabilities. Default: as the model file tells.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The input column that holds the truth where it is known, or null.</summary>
    public string? Label { get; init; }

    /// <summary>The value of <see cref="Label"/> that counts as positive, or null.</summary>
    public string? PositiveLabel { get; init; }

    /// <summary>The score from which on the class is positive, where the pipeline does not say; null for none.</summary>
    public double? Threshold { get; init; }

    /// <summary>How a score becomes a calibrated probability, where the pipeline does not say; null for not at all.</summary>
    public CalibrationDefinition? Calibration { get; init; }

    /// <summary>The histograms that drift is measured against, or null.</summary>
    public ModelBaseline? Baseline { get; init; }

    /// <summary>Records with the scores that training gave them.</summary>
    public IReadOnlyList<ModelExample> Examples { get; init; } = [];

    /// <summary>Reads a manifest.</summary>
    /// <param name="yaml">The manifest's text.</param>
    /// <param name="file">The manifest's name for messages.</param>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: it is no YAML, has a key that there is not, or an impossible value; the message names line and column.
    /// </exception>
    public static ModelManifest Parse(string yaml, string file = "manifest.yaml") => ManifestReader.Read(yaml, file);
}
