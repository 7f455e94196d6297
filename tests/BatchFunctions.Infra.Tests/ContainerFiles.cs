using System.Diagnostics;
using System.Text.Json;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Infra.Tests;

/// <summary>The files that images are built and started by, read by the parsers of npm packages, and what of the repository reaches a builder.</summary>
public sealed class ContainerFiles
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly string Tools = RepositoryFile.PathOf("tests/containers");
    private static readonly string[] NotListed = [".git", "bin", "obj", "node_modules", "artifacts", "TestResults"];

    // What may lie about in somebody's clone, and must stay there.
    private static readonly string[] Private =
    [
        "local.settings.json", ".git/config", "infra/containers/.env", ".env", "batchfn-data/journal.db", "src/BatchFunctions/bin/Debug/net10.0/BatchFunctions.dll",
        "src/BatchFunctions/obj/project.assets.json", "src/BatchFunctions.Cli/BatchFunctions.Cli.csproj.user", "tests/azurite/node_modules/azurite/package.json",
    ];

    private readonly Lazy<Task<(IReadOnlyList<Dockerfile> Dockerfiles, IReadOnlyList<string> Sent)>> _read = new(ReadAsync);

    /// <summary>The files, by what they make: scoring, functions, cli.</summary>
    public async Task<Dockerfile> DockerfileAsync(string name) => (await _read.Value).Dockerfiles.Single(file => file.Path == PathOf(name));

    /// <summary>What docker build would send to the builder of all that is in the repository, and of what may lie about in a clone.</summary>
    public async Task<IReadOnlyList<string>> SentAsync() => (await _read.Value).Sent;

    /// <summary>What a linter says of a compose file: rule and message.</summary>
    public static async Task<IReadOnlyList<(string Rule, string Message)>> LintComposeAsync(string file)
    {
        await NpmPackage.EnsureInstalledAsync(Tools);
        var output = await NodeAsync("", Path.Combine(Tools, "node_modules", "dclint", "bin", "dclint.cjs"), "--formatter", "json", file);
        return [.. JsonDocument.Parse(output).RootElement[0].GetProperty("messages").EnumerateArray().Select(item => (item.GetProperty("rule").GetString()!, item.GetProperty("message").GetString()!))];
    }

    /// <summary>Where the file that makes something is, from the root of the repository.</summary>
    public static string PathOf(string name) => $"infra/containers/{name}.Dockerfile";

    private static async Task<(IReadOnlyList<Dockerfile>, IReadOnlyList<string>)> ReadAsync()
    {
        await NpmPackage.EnsureInstalledAsync(Tools);
        var files = InfraFiles.EndingIn(".Dockerfile").Select(file => $"infra/{file}").ToArray();
        var input = JsonSerializer.Serialize(new { dockerfiles = files.Select(RepositoryFile.Read), ignoreFile = RepositoryFile.Read(".dockerignore"), paths = List("").Concat(Private) }, Json);
        var read = JsonSerializer.Deserialize<Answer>(await NodeAsync(input, Path.Combine(Tools, "read.mjs")), Json)!;
        return ([.. files.Zip(read.Instructions, (path, instructions) => new Dockerfile(path, instructions))], read.Sent);
    }

    private static IEnumerable<string> List(string folder) => Directory.EnumerateFileSystemEntries(Path.Combine(RepositoryPaths.Root, folder)).SelectMany(entry =>
    {
        var name = Path.GetFileName(entry);
        var path = folder.Length == 0 ? name : $"{folder}/{name}";
        if (!Directory.Exists(entry))
            return [path];
        return NotListed.Contains(name) ? [] : List(path);
    });

    private static async Task<string> NodeAsync(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("node", arguments) { WorkingDirectory = Tools, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = new Process { StartInfo = start };
        NpmPackage.Start(process);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return await output is { Length: > 0 } text ? text : throw new InvalidOperationException($"node {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
    }

    private sealed record Answer(IReadOnlyList<IReadOnlyList<DockerInstruction>> Instructions, IReadOnlyList<string> Sent);
}
