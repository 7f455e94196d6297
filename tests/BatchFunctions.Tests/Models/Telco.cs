using System.Globalization;
using System.Text;
using System.Text.Json;
using BatchFunctions.Data;

namespace BatchFunctions.Tests.Models;

/// <summary>The Telco customers, the two models trained on them, and what scikit-learn itself predicts.</summary>
internal static class Telco
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "..", "shared", "data", "telco");

    public static byte[] Model(string name) => File.ReadAllBytes(Path.Combine(Folder, $"churn-{name}.onnx"));

    /// <summary>What training knew, written as a manifest.</summary>
    public static string TreesManifest()
    {
        using JsonDocument training = Training();
        JsonElement root = training.RootElement, encoders = root.GetProperty("encoders"), impute = root.GetProperty("impute"), types = root.GetProperty("dtypes");
        StringBuilder yaml = new("name: telco-trees\nversion: 1.0.0\ntask: binary\nlabel: Churn\npositive_label: \"Yes\"\nthreshold: 0.5\nfeatures:\n");
        foreach (string name in root.GetProperty("features").EnumerateArray().Select(f => f.GetString()!))
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - name: {name}\n    type: {types.GetProperty(name).GetString()}\n");
            if (encoders.TryGetProperty(name, out JsonElement categories))
                yaml.Append(CultureInfo.InvariantCulture, $"    categories: {categories.GetRawText().ReplaceLineEndings("")}\n");
            if (impute.TryGetProperty(name, out JsonElement value))
                yaml.Append(CultureInfo.InvariantCulture, $"    missing: {value.GetRawText()}\n");
        }

        return yaml.ToString();
    }

    public static IReadOnlyList<string> Features()
    {
        using JsonDocument training = Training();
        return [.. training.RootElement.GetProperty("features").EnumerateArray().Select(f => f.GetString()!)];
    }

    /// <summary>The customers as a batch of <paramref name="columns"/>; a blank number is null.</summary>
    public static RecordBatch Customers(Schema columns)
    {
        string[][] rows = Split("telco_customer_churn.csv");
        RecordBatch batch = new();
        batch.Reset(columns, rows.Length - 1);
        for (int c = 0; c < columns.Count; c++)
        {
            int at = Array.IndexOf(rows[0], columns[c].Name);
            for (int i = 1; i < rows.Length; i++)
                Batches.Set(batch.Columns[c], i - 1, columns[c].Type is DataType.String ? rows[i][at] : string.IsNullOrWhiteSpace(rows[i][at]) ? null : double.Parse(rows[i][at], CultureInfo.InvariantCulture));
        }

        return batch;
    }

    /// <summary>The schema of the file as CSV tells it: all text.</summary>
    public static Schema AsText() => new(Split("telco_customer_churn.csv")[0].Select(n => new Field(n, DataType.String)));

    public static double[] Expected(string model)
    {
        string[][] rows = Split("expected.csv");
        int at = Array.IndexOf(rows[0], model);
        return [.. rows.Skip(1).Select(r => double.Parse(r[at], CultureInfo.InvariantCulture))];
    }

    // None of these files has a quoted field.
    private static string[][] Split(string file) => [.. File.ReadLines(Path.Combine(Folder, file)).Where(l => l.Length > 0).Select(l => l.Split(','))];

    private static JsonDocument Training() => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "training.json")));
}
