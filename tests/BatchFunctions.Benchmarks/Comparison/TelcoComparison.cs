using System.Globalization;
using System.Text;
using System.Text.Json;
using BatchFunctions.Benchmarks.Contenders;
using BatchFunctions.Benchmarks.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Benchmarks.Comparison;

/// <summary>
/// Real customers: fifteen columns of words, four of numbers, missing values. One model takes each column as it is and prepares it itself; the
/// other takes a table of floats, which the words must be encoded for.
/// </summary>
/// <param name="source">The folder of the customers and their models.</param>
/// <param name="folder">Where the benchmark's data lies.</param>
/// <param name="rows">How many customers.</param>
internal sealed class TelcoComparison(string source, string folder, int rows)
{
    private const string Policy = """
        validation:
          columns:
            gender: { type: string, allowed: [Female, Male] }
            tenure: { type: int64, min: 0, max: 120 }
            Contract: { type: string, allowed: [Month-to-month, One year, Two year] }
            InternetService: { type: string, allowed: [DSL, Fiber optic, "No"] }
            MonthlyCharges: { type: float64, min: 0 }
        decisions:
          threshold: 0.5
          bands: { low: 0.2, medium: 0.5, high: 1 }
        shards: { max_parallel: 2 }
        """;

    private readonly Training _training = Training.Read(Path.Combine(source, "training.json"));

    /// <summary>Whether <paramref name="source"/> holds what is needed.</summary>
    public static bool IsPresent(string source) => File.Exists(Path.Combine(source, "training.json"));

    /// <summary>Makes the data, unless it is there.</summary>
    public void Make() => TelcoFiles.Make(folder, Path.Combine(source, "telco_customer_churn.csv"), rows);

    /// <summary>The contests over files of a format.</summary>
    public IEnumerable<(string Title, IReadOnlyList<Entry> Entries)> Contests(string format, string scratch, bool polars)
    {
        foreach (var model in (string[])["linear", "trees"])
        {
            ContenderSetup Telco(string kind) => Setup(kind, model, format, scratch);
            yield return ($"Telco, {(format == "csv" ? "CSV" : "Parquet")} to Parquet, {(model == "linear" ? "linear model of 19 inputs, fifteen of them strings" : "60 trees over words encoded before")}", [
                new("BatchFunctions, whole job", Telco("job")),
                .. polars ? (Entry[])[new("polars + onnxruntime-node", Telco(Rivals.Polars))] : [],
                new("sum of our stages alone", Telco("stages")),
                .. model == "trees" && format == "parquet" ? (Entry[])[new("ONNX Runtime alone, two callers", Telco("runtime"))] : [],
            ]);
        }
    }

    private ContenderSetup Setup(string kind, string model, string format, string scratch)
    {
        var linear = model == "linear";
        return new ContenderSetup
        {
            Kind = kind,
            Format = format,
            Input = [format == "csv" ? TelcoFiles.CsvFile(folder, rows) : TelcoFiles.ParquetFile(folder, rows)],
            Output = Path.Combine(scratch, Guid.NewGuid().ToString("N")),
            Model = ModelFile(kind, model, scratch),
            Score = linear ? "probabilities" : "score",
            Threads = 2,
            Batch = 4096,
            Id = _training.Id,
            Features = [.. _training.Features.Select(name => Feature(name, linear))],
            OneInput = !linear,
            Pipeline = Policy,
            Manifest = Manifest(linear),
        };
    }

    // ONNX Runtime's API for Node has no maps, so that whoever uses it exports the model without them.
    private string ModelFile(string kind, string model, string scratch)
    {
        var file = Path.GetFullPath(Path.Combine(source, $"churn-{model}.onnx"));
        if (kind != Rivals.Polars)
            return file;
        var bytes = File.ReadAllBytes(file);
        var plain = Path.Combine(scratch, $"churn-{model}.onnx");
        File.WriteAllBytes(plain, OnnxGraph.Read(bytes).WithoutZipMaps(bytes));
        return plain;
    }

    private BenchmarkFeature Feature(string name, bool linear)
    {
        var categories = _training.Encoders.GetValueOrDefault(name);
        var tensor = !linear ? "float32" : categories is not null ? "string" : _training.Types[name];
        return new BenchmarkFeature(name, tensor, Categories: categories, Missing: linear || !_training.Impute.TryGetValue(name, out var value) ? null : value);
    }

    private string Manifest(bool linear)
    {
        if (linear)
            return "";
        var yaml = new StringBuilder("features:\n");
        foreach (var name in _training.Features)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - name: {name}\n    type: {_training.Types[name]}\n");
            if (_training.Encoders.TryGetValue(name, out var categories))
                yaml.Append(CultureInfo.InvariantCulture, $"    categories: {JsonSerializer.Serialize(categories)}\n");
            if (_training.Impute.TryGetValue(name, out var value))
                yaml.Append(CultureInfo.InvariantCulture, $"    missing: {value:R}\n");
        }

        return yaml.ToString();
    }

    /// <summary>What training knew.</summary>
    private sealed record Training(
        string Id, IReadOnlyList<string> Features, IReadOnlyDictionary<string, string[]> Encoders, IReadOnlyDictionary<string, double> Impute, IReadOnlyDictionary<string, string> Types)
    {
        public static Training Read(string file)
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var root = json.RootElement;
            return new Training(
                root.GetProperty("id").GetString()!,
                [.. root.GetProperty("features").EnumerateArray().Select(name => name.GetString()!)],
                root.GetProperty("encoders").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.EnumerateArray().Select(word => word.GetString()!).ToArray()),
                root.GetProperty("impute").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble()),
                root.GetProperty("dtypes").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!));
        }
    }
}
