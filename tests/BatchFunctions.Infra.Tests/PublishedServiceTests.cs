using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BatchFunctions.Api;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Infra.Tests;

/// <summary>What of an image can be tried without a builder: the lines that make the scoring service, on the files that they are given, and the service that comes of it.</summary>
public sealed class PublishedServiceTests(ContainerFiles containers) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_service_that_the_file_builds_gets_ready_tells_so_and_ends_when_it_is_told_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The lines are for a shell.");
        var file = await containers.DockerfileAsync("scoring");
        var source = await CopyAsync(file);
        var app = _folder.Combine("app");
        foreach (var line in file.Build.Where(instruction => instruction.Keyword == "RUN"))
        {
            var (exitCode, output) = await ShellAsync(line.Text.Replace("/app", app, StringComparison.Ordinal), source, file.BuildArguments);
            Assert.True(exitCode == 0, output);
        }

        var environment = Environment(file);
        using var service = Start(Assert.Single(file.Final, instruction => instruction.Keyword == "ENTRYPOINT").Arguments, app, environment);
        var errors = service.StandardError.ReadToEndAsync(Cancel);
        var probe = Assert.Single(file.Final, instruction => instruction.Keyword == "HEALTHCHECK").Command;
        while (await RunAsync(probe, app, environment) != 0)
            Assert.False(service.HasExited, service.HasExited ? await errors : "");
        Assert.Equal(0, (await ShellAsync($"kill -TERM {service.Id}", app, environment)).ExitCode);
        await service.WaitForExitAsync(Cancel);

        Assert.Equal(0, service.ExitCode);
        Assert.Equal(1, await RunAsync(probe, app, environment));
        Assert.Empty(Directory.EnumerateFiles(app, "onnxruntime*.dll"));
        Assert.True(File.Exists(Path.Combine(app, "LICENSE")));
    }

    // As compose sets them, with folders of this machine in place of the volumes and of the emulator.
    private Dictionary<string, string> Environment(Dockerfile file)
    {
        var environment = file.Environment.Concat(ComposeFile.EnvironmentOf("scoring")).ToDictionary();
        foreach (var name in new[] { HostSettings.PipelinesVariable, HostSettings.ModelsVariable, HostSettings.WorkVariable, HostSettings.RootsVariable })
            environment[name] = Directory.CreateDirectory(_folder.Combine(name)).FullName;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        environment["ASPNETCORE_HTTP_PORTS"] = $"{((IPEndPoint)listener.LocalEndpoint).Port}";
        return environment;
    }

    private async Task<string> CopyAsync(Dockerfile file)
    {
        var source = Directory.CreateDirectory(_folder.Combine("source")).FullName;
        var copied = file.Copied.ToArray();
        foreach (var path in (await containers.SentAsync()).Where(path => copied.Any(item => path == item || path.StartsWith(item + "/", StringComparison.Ordinal))))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(source, path))!);
            File.Copy(RepositoryFile.PathOf(path), Path.Combine(source, path));
        }

        return source;
    }

    private static async Task<(int ExitCode, string Output)> ShellAsync(string line, string folder, IReadOnlyDictionary<string, string> arguments)
    {
        using var process = Start(["sh", "-c", $"{line} 2>&1"], folder, arguments);
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output);
    }

    private static async Task<int> RunAsync(IReadOnlyList<string> command, string app, IReadOnlyDictionary<string, string> environment)
    {
        using var process = Start(command, app, environment);
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode;
    }

    private static Process Start(IReadOnlyList<string> command, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(command[0].Replace("/app/", $"{folder}/", StringComparison.Ordinal), command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            if (name != "HOME")
                start.Environment[name] = value;
        // Whatever builds here has to end with the build.
        (start.Environment["MSBUILDDISABLENODEREUSE"], start.Environment["UseSharedCompilation"]) = ("1", "false");
        return Process.Start(start)!;
    }
}
