using System.Globalization;
using System.Text;
using System.Text.Json;
using Xunit;

namespace BatchFunctions.TestSupport;

/// <summary>The Telco customers, the two models trained on them, and what scikit-learn itself predicts. They lie beside the repository.</summary>
public static class Telco
{
    /// <summary>The folder, there or not.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(RepositoryPaths.Root, "..", "shared", "data", "telco"));

    /// <summary>The customers as CSV.</summary>
    public static string CustomersFile => Path.Combine(Folder, "telco_customer_churn.csv");

    /// <summary>Skips the test where a clone stands alone; in CI the data is there, and its absence is a failure.</summary>
    public static void SkipUnlessPresent() =>
        Assert.SkipUnless(
            Directory.Exists(Folder) || Environment.GetEnvironmentVariable("CI") == "true",
            "The Telco data does not lie beside this clone.");

    /// <summary>The ONNX file of <c>linear</c> or <c>trees</c>.</summary>
    public static byte[] Model(string name) => File.ReadAllBytes(Path.Combine(Folder, $"churn-{name}.onnx"));

    /// <summary>What the linear model, which prepares its features itself, still needs to be told.</summary>
    public static string LinearManifest() => """
        features:
          - { name: TotalCharges, missing: nan }
        """;

    /// <summary>What training knew of the trees, written as a manifest.</summary>
    public static string TreesManifest()
    {
        using JsonDocument training = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "training.json")));
        JsonElement root = training.RootElement, encoders = root.GetProperty("encoders"), impute = root.GetProperty("impute"), types = root.GetProperty("dtypes");
        StringBuilder yaml = new("task: binary\nlabel: Churn\npositive_label: \"Yes\"\nthreshold: 0.5\nfeatures:\n");
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

    /// <summary>The features, in the order of training.</summary>
    public static IReadOnlyList<string> Features()
    {
        using JsonDocument training = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "training.json")));
        return [.. training.RootElement.GetProperty("features").EnumerateArray().Select(f => f.GetString()!)];
    }

    /// <summary>Writes the customers in a format; in the typed ones, a blank TotalCharges is null.</summary>
    /// <param name="path">The file to write; for CSV, the customers' own file is copied.</param>
    /// <param name="format"><c>csv</c>, <c>parquet</c> or <c>jsonl</c>.</param>
    public static void WriteCustomers(string path, string format)
    {
        if (format == "csv")
        {
            File.Copy(CustomersFile, path);
            return;
        }

        string options = format == "parquet" ? "FORMAT PARQUET, ROW_GROUP_SIZE 2048" : "FORMAT JSON";
        DuckDb.Execute($"""
            COPY (SELECT * REPLACE (SeniorCitizen::BIGINT AS SeniorCitizen, tenure::BIGINT AS tenure, MonthlyCharges::DOUBLE AS MonthlyCharges,
                TRY_CAST(trim(TotalCharges) AS DOUBLE) AS TotalCharges) FROM read_csv('{CustomersFile}', all_varchar = true)) TO '{path}' ({options})
            """);
    }

    /// <summary>Every customer's id and the probability of churn by a model, in the file's order.</summary>
    public static IReadOnlyList<(string Id, double Score)> Expected(string model)
    {
        string[][] rows = [.. File.ReadLines(Path.Combine(Folder, "expected.csv")).Select(l => l.Split(','))];
        int at = Array.IndexOf(rows[0], model);
        return [.. rows.Skip(1).Select(r => (r[0], double.Parse(r[at], CultureInfo.InvariantCulture)))];
    }

    /// <summary>Whether each customer left, in the file's order.</summary>
    public static IReadOnlyList<bool> Left() =>
        [.. File.ReadLines(Path.Combine(Folder, "expected.csv")).Skip(1).Select(l => l.EndsWith(",1", StringComparison.Ordinal))];
}
