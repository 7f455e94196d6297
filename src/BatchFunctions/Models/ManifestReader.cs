using BatchFunctions.Pipelines;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Models;

/// <summary>Reads <c>manifest.yaml</c>, noting all that is wrong with it before it refuses.</summary>
internal static class ManifestReader
{
    public static ModelManifest Read(string yaml, string file)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        if (yaml.Split('\n').All(line => line.AsSpan().Trim() is [] or ['#', ..]))
            return ModelManifest.Empty;
        Problems problems = new();
        ModelManifest? manifest = YamlDocumentReader.Read(yaml, _ => null, problems) is { } root && ManifestSection.Of(root, "", problems) is { } section
            ? ReadManifest(section, problems)
            : null;
        problems.Throw(file);
        return manifest!;
    }

    private static ModelManifest ReadManifest(ManifestSection section, Problems problems)
    {
        (string? name, string? version, string? description) = (section.Text("name"), section.Text("version"), section.Text("description"));

        // Features may take numbers from it.
        ModelBaseline? baseline = section.Section("baseline") is { } histograms ? BaselineReader.Read(histograms, problems) : null;
        FeatureReader features = new(baseline, problems);
        ModelManifest manifest = new()
        {
            Name = name,
            Version = version,
            Description = description,
            Task = section.Word("task", ModelTask.Binary, ModelTask.Multiclass, ModelTask.Regression, ModelTask.Vector),
            Features = section.List("features", features.Read) ?? [],
            Outputs = section.Section("outputs") is { } outputs ? ReadOutputs(outputs) : new(),
            Classes = section.Texts("classes"),
            Label = section.Text("label"),
            PositiveLabel = section.Text("positive_label"),
            Threshold = section.Number("threshold"),
            Calibration = section.Section("calibration") is { } calibration ? ReadCalibration(calibration) : null,
            Baseline = baseline,
            Examples = section.List("examples", (node, path) => ReadExample(node, path, problems)) ?? [],
        };
        section.RefuseOthers();
        if (name is not null && version is not null)
        {
            try
            {
                if (ModelReference.Parse($"{name}@{version}").IsApproved)
                    section.Complain("version", "cannot be 'approved', which stands for whichever version is.");
            }
            catch (BatchFunctionsException exception)
            {
                section.Complain("name", $"and version make no model reference: {exception.Message}");
            }
        }

        section.RefuseTwice("classes", manifest.Classes);
        section.RefuseTwice("features", [.. manifest.Features.Select(f => f.Name)]);
        if (manifest.Threshold is { } threshold && manifest.Task is ModelTask.Binary && threshold is < 0 or > 1 && manifest.Calibration is not null)
            section.Complain("threshold", "is compared with a calibrated probability and must be between 0 and 1.");
        return manifest;
    }

    private static ModelOutputs ReadOutputs(ManifestSection section)
    {
        ModelOutputs outputs = new() { Score = section.Text("score"), Class = section.Text("class"), Positive = section.Text("positive") };
        section.RefuseOthers();
        return outputs;
    }

    private static CalibrationDefinition ReadCalibration(ManifestSection section)
    {
        CalibrationDefinition calibration = new()
        {
            Platt = section.Section("platt") is { } platt ? ReadPlatt(platt) : null,
            Isotonic = section.Section("isotonic") is { } isotonic ? ReadIsotonic(isotonic) : null,
            Temperature = section.Number("temperature"),
        };
        section.RefuseOthers();
        if (calibration.Temperature is <= 0)
            section.Complain("temperature", "must be more than 0.");
        if (calibration.Count > 1)
            section.Complain(calibration.Temperature is null ? "isotonic" : "temperature", "is a second calibration; keep one.");
        return calibration;
    }

    private static PlattDefinition? ReadPlatt(ManifestSection section)
    {
        (double? a, double? b) = (section.Number("a"), section.Number("b"));
        section.RefuseOthers();
        if (a is null || b is null)
            section.Complain("a", "and b are both needed.");
        return a is null || b is null ? null : new() { A = a.Value, B = b.Value };
    }

    private static IsotonicDefinition ReadIsotonic(ManifestSection section)
    {
        IsotonicDefinition isotonic = new() { X = section.Numbers("x") ?? [], Y = section.Numbers("y") ?? [] };
        section.RefuseOthers();
        if (isotonic.X.Count == 0)
            section.Complain("x", "and y are both needed: the scores of the points, ascending, and the probability at each.");
        else if (isotonic.Fault() is var (key, complaint))
            section.Complain(key, complaint);
        else if (isotonic.Y.Any(y => y is < 0 or > 1))
            section.Complain("y", "must be from 0 to 1.");
        return isotonic;
    }

    private static ModelExample? ReadExample(YamlNode node, string path, Problems problems)
    {
        if (ManifestSection.Of(node, path, problems) is not { } section)
            return null;
        Dictionary<string, string?> inputs = new(StringComparer.Ordinal);
        if (section.Section("inputs") is { } values)
            foreach ((YamlScalar name, YamlNode value) in values.Entries)
                inputs[name.Value] = value is YamlScalar { IsNull: true } ? null : ManifestSection.Text(value, values.PathOf(name.Value), problems);
        else
            section.Complain("inputs", "is missing: write the features' values by name.");
        double? score = section.Number("score");
        if (score is null)
            section.Complain("score", "is missing: write the score that training gave.");
        section.RefuseOthers();
        return new(inputs, score ?? 0);
    }
}
