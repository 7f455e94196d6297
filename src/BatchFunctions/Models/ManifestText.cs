using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BatchFunctions.Models;

/// <summary>Writes down as a manifest what a model file says of itself, so that its meaning stays what it was when it was registered.</summary>
internal static class ManifestText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string name, string version, ModelSignature signature)
    {
        StringBuilder yaml = new("# Read from the model file when it was registered.\n");
        yaml.Append(CultureInfo.InvariantCulture, $"name: {name}\nversion: {Quote(version)}\ntask: {signature.Task.ToString().ToLowerInvariant()}\nfeatures:\n");
        foreach (ModelFeature feature in signature.Features)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{ name: {Quote(feature.Name)}, type: {ModelSignature.Name(feature.Type)}, input: {Quote(feature.Input)}");
            yaml.Append(feature.Missing.Policy is MissingPolicy.Nan ? ", missing: nan }\n" : " }\n");
        }

        yaml.Append(CultureInfo.InvariantCulture, $"outputs: {{ score: {Quote(signature.Score.Name)}");
        if (signature.Class is { } label)
            yaml.Append(CultureInfo.InvariantCulture, $", class: {Quote(label.Name)}");
        if (signature is { Task: ModelTask.Binary, Score.Width: 2, ScoreIndex: { } index })
            yaml.Append(CultureInfo.InvariantCulture, $", positive: {Quote(signature.Classes?[index] ?? $"{index}")}");
        yaml.Append(" }\n");
        if (signature.Classes is { } classes)
            yaml.Append(CultureInfo.InvariantCulture, $"classes: [{string.Join(", ", classes.Select(Quote))}]\n");
        return yaml.ToString();
    }

    // A JSON string is a double-quoted YAML one, but for the mark that starts an environment variable.
    private static string Quote(string text) => JsonSerializer.Serialize(text, Plain).Replace("${", "$${", StringComparison.Ordinal);
}
