using System.Globalization;
using System.Text;
using System.Text.Json;
using BatchFunctions.Benchmarks.Contenders;
using BatchFunctions.Benchmarks.Data;

namespace BatchFunctions.Benchmarks.Comparison;

/// <summary>Which comparisons there are, and who takes part in each.</summary>
internal sealed class ComparisonPlan(int rows, int rounds, string folder, string? models, string? telco, string[] only)
{
    private const string Policy = """
        validation:
          columns:
            user_id: { type: int64 }
            age: { type: int64, min: 0, max: 130 }
            income: { type: float64, min: 0 }
            credit_score: { type: int64, min: 300, max: 850 }
            region: { type: int64, min: 0, max: 7 }
        decisions:
          threshold: 0.5
          bands: { low: 0.2, medium: 0.5, high: 1000000 }
        """;

    private const int ManyShards = 100_000;

    /// <summary>The names of the comparisons.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mlp", "trees", "csv", "extras", "memory", "shards", "journal", "query", "telco", "telco-csv"];

    private string Models { get; } = models ?? Path.Combine(RepositoryRoot(), "..", "shared", "bench", "models");

    private string Telco { get; } = Path.GetFullPath(telco ?? Path.Combine(RepositoryRoot(), "..", "shared", "data", "telco"));

    public async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        if (only.FirstOrDefault(name => !Names.Contains(name)) is { } unknown)
        {
            output.WriteLine($"There is no comparison '{unknown}'; there are {string.Join(", ", Names)}.");
            return 2;
        }

        bool customers = Wants("mlp", "trees", "csv", "extras", "memory", "shards", "journal", "query"), subscribers = Wants("telco", "telco-csv");
        if (customers && !Directory.Exists(Models))
        {
            output.WriteLine($"The models are not in {Path.GetFullPath(Models)}; name their folder with --models.");
            return 2;
        }

        if (subscribers && !TelcoComparison.IsPresent(Telco))
        {
            output.WriteLine($"The Telco customers are not in {Telco}; name their folder with --telco.");
            if (only.Length > 0)
                return 2;
            subscribers = false;
        }

        Directory.CreateDirectory(folder);
        output.WriteLine(Machine.Describe());
        var polars = await Rivals.PrepareAsync(output, cancellationToken);
        if (customers)
            CustomerFiles.Make(folder, rows);
        if (Wants("shards", "journal"))
            CustomerFiles.Make(folder, FewRows);
        var telcoComparison = subscribers ? new TelcoComparison(Telco, folder, rows) : null;
        telcoComparison?.Make();
        var scratch = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"out-{Environment.ProcessId}"));
        Directory.CreateDirectory(scratch);
        try
        {
            foreach (var (name, title, entries) in Plan(scratch, polars, telcoComparison))
                await Contest.RunAsync(title, entries, name == "memory" ? 1 : rounds, warmsUp: name != "memory", scratch, output, cancellationToken);
            if (Wants("journal"))
                await JournalComparison.RunAsync(SmallShards(scratch, FewRows / ManyShards), scratch, output, cancellationToken);
            if (Wants("query"))
                await QueryComparison.RunAsync(Setup("job", scratch, "mlp_64_32.onnx", scaled: true, "parquet", 2, CustomerFiles.ParquetFile(folder, rows)), rounds, output, cancellationToken);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }

        return 0;
    }

    /// <summary>The rows that small shards are made of: a million of five.</summary>
    private int FewRows => Math.Max(rows / 5, ManyShards);

    private bool Wants(params string[] names) => only.Length == 0 || names.Any(only.Contains);

    private IEnumerable<(string Name, string Title, IReadOnlyList<Entry> Entries)> Plan(string scratch, bool polars, TelcoComparison? telcoComparison)
    {
        IEnumerable<(string Name, string Title, IReadOnlyList<Entry> Entries)> comparisons = Wants("mlp", "trees", "csv", "extras", "memory", "shards") ? Customers(scratch, polars) : [];
        foreach (var comparison in comparisons.Where(c => Wants(c.Name)))
            yield return comparison;
        foreach (var (name, format) in ((string, string)[])[("telco", "parquet"), ("telco-csv", "csv")])
        {
            if (!Wants(name) || telcoComparison is null)
                continue;
            foreach (var (title, entries) in telcoComparison.Contests(format, scratch, polars))
                yield return (name, title, entries);
        }
    }

    private IEnumerable<(string Name, string Title, IReadOnlyList<Entry> Entries)> Customers(string scratch, bool polars)
    {
        string parquet = CustomerFiles.ParquetFile(folder, rows), csv = CustomerFiles.CsvFile(folder, rows);
        var halves = CustomerFiles.Halves(folder, rows);

        ContenderSetup Mlp(string kind, string format = "parquet", int threads = 2, params string[] input) =>
            Setup(kind, scratch, "mlp_64_32.onnx", scaled: true, format, threads, input.Length > 0 ? input : [format == "csv" ? csv : parquet]);
        ContenderSetup Trees(string kind) => Setup(kind, scratch, "gbt_100x6_regressor.onnx", scaled: false, "parquet", 2, parquet);

        yield return ("mlp", "Parquet to Parquet, MLP", [
            new("BatchFunctions, whole job", Mlp("job")),
            .. Optional(polars, new("polars + onnxruntime-node", Mlp(Rivals.Polars))),
            .. Optional(polars, new("the same, two processes", Mlp(Rivals.Polars, threads: 1, input: halves[0]), Mlp(Rivals.Polars, threads: 1, input: halves[1]))),
            new("sum of our stages alone", Mlp("stages")),
            new("row objects, 256-row runs", Mlp("rows")),
        ]);
        yield return ("trees", "Parquet to Parquet, 100 trees", [
            new("BatchFunctions, whole job", Trees("job")),
            new("ONNX Runtime alone, two callers", Trees("runtime")),
            .. Optional(polars, new("polars + onnxruntime-node", Trees(Rivals.Polars))),
        ]);
        yield return ("csv", "CSV to Parquet, MLP", [
            new("BatchFunctions, whole job", Mlp("job", "csv")),
            .. Optional(polars, new("polars + onnxruntime-node", Mlp(Rivals.Polars, "csv"))),
            new("sum of our stages alone", Mlp("stages", "csv")),
        ]);
        yield return ("extras", "What validation, decisions, metrics, drift and checkpoints cost", [
            new("BatchFunctions, whole job", Mlp("job")),
            new("the same, monitored", Mlp("job") with { Monitored = true }),
            new("monitored, its input not hashed", Mlp("job") with { Monitored = true, HashesInput = false }),
            new("the bare path", Mlp("bare")),
        ]);
        yield return ("memory", "Memory: one job in a new process, and one of ten times the rows", [
            new("BatchFunctions, whole job", Mlp("job")),
            new("BatchFunctions, ten times the rows", Mlp("job", input: CustomerFiles.Repeated(folder, rows, 10))),
        ]);
        yield return ("shards", "Small shards: a hundred rows each", [
            new("BatchFunctions, whole job", SmallShards(scratch, 100)),
        ]);
    }

    private ContenderSetup SmallShards(string scratch, int shardRows)
    {
        var setup = Setup("job", scratch, "mlp_64_32.onnx", scaled: true, "csv", 2, CustomerFiles.CsvFile(folder, FewRows));
        return setup with { Pipeline = Policy + ShardsOf(shardRows) };
    }

    /// <summary>What the stages are measured with: customers and the MLP, which needs its input scaled.</summary>
    public ContenderSetup StageSetup(string format)
    {
        CustomerFiles.Make(folder, rows);
        return Setup("stages", folder, "mlp_64_32.onnx", scaled: true, format, 1, format == "csv" ? CustomerFiles.CsvFile(folder, rows) : CustomerFiles.ParquetFile(folder, rows));
    }

    private ContenderSetup Setup(string kind, string scratch, string model, bool scaled, string format, int threads, params string[] input)
    {
        using var scaler = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Models, "scaler.json")));
        var (names, means, stds) = (scaler.RootElement.GetProperty("names"), scaler.RootElement.GetProperty("mean"), scaler.RootElement.GetProperty("std"));
        var features = Enumerable.Range(0, names.GetArrayLength())
            .Select(i => new BenchmarkFeature(names[i].GetString()!, Mean: scaled ? means[i].GetDouble() : 0, Std: scaled ? stds[i].GetDouble() : null))
            .ToArray();
        return new ContenderSetup
        {
            Kind = kind,
            Format = format,
            Input = input,
            Output = Path.Combine(scratch, Guid.NewGuid().ToString("N")),
            Model = Path.GetFullPath(Path.Combine(Models, model)),
            Threads = threads,
            Batch = 4096,
            Score = "score",
            OneInput = true,
            Id = "user_id",
            Features = features,
            Pipeline = Policy + ShardsOf(null),
            Manifest = ManifestOf(features),
        };
    }

    private static string ShardsOf(int? targetRows) =>
        targetRows is { } target ? FormattableString.Invariant($"\nshards: {{ target_rows: {target}, max_parallel: 2 }}") : "\nshards: { max_parallel: 2 }";

    private static string ManifestOf(IEnumerable<BenchmarkFeature> features)
    {
        var yaml = new StringBuilder("features:\n");
        foreach (var feature in features)
        {
            var type = feature.Name is "income" or "avg_transaction" ? "float64" : "int64";
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{ name: {feature.Name}, type: {type}");
            if (feature.Std is { } std)
                yaml.Append(CultureInfo.InvariantCulture, $", scale: {{ mean: {feature.Mean:R}, std: {std:R} }}");
            yaml.Append(" }\n");
        }

        return yaml.ToString();
    }

    private static Entry[] Optional(bool present, Entry entry) => present ? [entry] : [];

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BatchFunctions.sln")))
                return folder.FullName;
        }

        return Environment.CurrentDirectory;
    }
}
