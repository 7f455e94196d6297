using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Infra.Tests;

/// <summary>
/// The Bicep compiler, from its package. It knows the types of all resources by itself and needs no network. It works on copies of the
/// files, since it writes beside them; what was made once is kept.
/// </summary>
public sealed class BicepFixture : IDisposable
{
    private static readonly string Compiler = typeof(BicepFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "BicepPath").Value!
        .Replace('\\', Path.DirectorySeparatorChar);

    private static readonly Dictionary<string, string> Environment = new()
    {
        ["AZURE_ENV_NAME"] = "test",
        ["AZURE_LOCATION"] = "westeurope",
        ["BATCHFN_FUNCTIONS_APP"] = "func-test",
        ["BATCHFN_FUNCTIONS_HOST"] = "flex",
        ["BATCHFN_HOST_ACCOUNT"] = "sthosttest",
        ["BATCHFN_SYSTEM_TOPIC"] = "egst-test",
    };

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task<IReadOnlyDictionary<string, Compilation>>> _compilations;
    private readonly Lazy<Task<IReadOnlyDictionary<string, string>>> _formatted;
    private readonly Lazy<string> _predicted;
    private readonly ConcurrentDictionary<string, Lazy<Task<Snapshot>>> _snapshots = new();

    /// <summary>Runs nothing yet.</summary>
    public BicepFixture()
    {
        _compilations = new(CompileAllAsync);
        _formatted = new(FormatAllAsync);
        _predicted = new(() => Copy("predicted"));
    }

    /// <summary>What comes of compiling a file, named as its path below infra.</summary>
    public async Task<Compilation> CompileAsync(string file) => (await _compilations.Value)[file];

    /// <summary>What comes of compiling texts as if they lay below infra.</summary>
    public async Task<IReadOnlyList<Compilation>> CompileTextsAsync(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var folder = Copy($"texts-{Guid.NewGuid():N}");
        foreach (var file in Directory.EnumerateFiles(folder, "*.bicep", SearchOption.AllDirectories))
            File.Delete(file);
        for (var index = 0; index < texts.Count; index++)
            await File.WriteAllTextAsync(Path.Combine(folder, $"{index}.bicep"), texts[index]);
        var found = await CompileFolderAsync(folder, "build", ".bicep");
        return [.. texts.Select((_, index) => found[$"{index}.bicep"])];
    }

    /// <summary>The text of a file as the compiler would write it.</summary>
    public async Task<string> FormatAsync(string file) => (await _formatted.Value)[file];

    /// <summary>What a deployment of main.bicep would leave.</summary>
    public Task<Snapshot> SnapshotAsync(Variant variant)
    {
        ArgumentNullException.ThrowIfNull(variant);
        var parameters = $"""
            using 'main.bicep'
            param environmentName = 'test'
            param location = 'westeurope'
            param principalId = '{Snapshot.Operator}'
            {variant.Parameters}
            """;
        return _snapshots.GetOrAdd(variant.Name, name => new Lazy<Task<Snapshot>>(() => PredictAsync($"variant-{name}", parameters, "--location", "westeurope"))).Value;
    }

    /// <summary>What a deployment of arrivals.bicep would leave.</summary>
    public Task<Snapshot> ArrivalsAsync(string host) => _snapshots.GetOrAdd(
        $"arrivals-{host}",
        name => new Lazy<Task<Snapshot>>(() => PredictAsync(
            name,
            $"""
            using 'arrivals.bicep'
            param systemTopicName = 'egst-test'
            param functionsHost = '{host}'
            param functionsApp = 'func-test'
            param deadLetterAccountName = 'sthosttest'
            param webhook = 'https://func-test.example.com/runtime/webhooks/eventgrid?functionName=BlobCreated&code=key'
            """,
            "--resource-group",
            "rg-test"))).Value;

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private async Task<IReadOnlyDictionary<string, Compilation>> CompileAllAsync()
    {
        var templates = CompileFolderAsync(Copy("templates"), "build", ".bicep");
        var parameters = CompileFolderAsync(Copy("parameters"), "build-params", ".bicepparam");
        return (await templates).Concat(await parameters).ToDictionary();
    }

    private async Task<IReadOnlyDictionary<string, string>> FormatAllAsync()
    {
        var folder = Copy("formatted");
        foreach (var ending in new[] { ".bicep", ".bicepparam" })
            await RunAsync(folder, "format", "--pattern", $"./**/*{ending}");
        return FilesIn(folder, ".bicep").Concat(FilesIn(folder, ".bicepparam")).ToDictionary(file => file, file => File.ReadAllText(Path.Combine(folder, file)));
    }

    private static async Task<Dictionary<string, Compilation>> CompileFolderAsync(string folder, string command, string ending)
    {
        var (_, errors) = await RunAsync(folder, command, "--pattern", $"./**/*{ending}", "--diagnostics-format", "sarif");
        var diagnostics = Documents(errors).SelectMany(document => document["runs"]![0]!["results"]!.AsArray()).ToLookup(
            result => new Uri((string)result!["locations"]![0]!["physicalLocation"]!["artifactLocation"]!["uri"]!).LocalPath,
            result => $"{result!["ruleId"]}: {result["message"]!["text"]}");
        return FilesIn(folder, ending).ToDictionary(
            file => file,
            file => new Compilation(
                TextOf(Path.ChangeExtension(Path.Combine(folder, file), ".json")),
                [.. diagnostics[Path.GetFullPath(Path.Combine(folder, file))].Distinct()]));
    }

    private async Task<Snapshot> PredictAsync(string name, string parameters, params string[] scope)
    {
        var folder = _predicted.Value;
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.bicepparam"), parameters);
        var (_, errors) = await RunAsync(
            folder, ["snapshot", $"{name}.bicepparam", "--subscription-id", Snapshot.Subscription, "--deployment-name", name, .. scope]);
        var snapshot = Path.Combine(folder, $"{name}.snapshot.json");
        Assert.True(File.Exists(snapshot), errors);
        return new Snapshot(JsonNode.Parse(await File.ReadAllTextAsync(snapshot))!);
    }

    private string Copy(string name)
    {
        var folder = _folder.Combine(name);
        foreach (var file in Directory.EnumerateFiles(InfraFiles.Root, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(InfraFiles.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return folder;
    }

    private static IEnumerable<string> FilesIn(string folder, string ending) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(file => file.EndsWith(ending, StringComparison.Ordinal))
        .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'));

    private static string TextOf(string file) => File.Exists(file) ? File.ReadAllText(file) : "";

    // The compiler writes a document for each file, one after the other.
    private static List<JsonNode> Documents(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
        var documents = new List<JsonNode>();
        while (reader.Read())
            documents.Add(JsonNode.Parse(ref reader)!);
        Assert.NotEmpty(documents);
        return documents;
    }

    private static async Task<(string Output, string Errors)> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(File.Exists(Compiler) ? Compiler : Compiler + ".exe", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (await output, await errors);
    }
}
