using System.Diagnostics;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Infra.Tests;

/// <summary>
/// Runs a shell script of the repository with stand-ins for the programs that it calls, which write down how they were called.
/// </summary>
public sealed class Script : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = [];

    /// <summary>What was called, in order: program and arguments.</summary>
    public IReadOnlyList<string> Calls => File.Exists(Log) ? File.ReadAllLines(Log) : [];

    private string Log => _folder.Combine("calls");

    /// <summary>Sets a variable of the script's environment.</summary>
    public Script With(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    /// <summary>Puts a stand-in on the path.</summary>
    /// <param name="program">The program's name.</param>
    /// <param name="body">What else it does, as a shell script.</param>
    public Script WithProgram(string program, string body = "")
    {
        var path = _folder.Combine(program);
        File.WriteAllText(path, $"#!/bin/sh\necho \"{program} $*\" >> '{Log}'\n{body}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return this;
    }

    /// <summary>Runs the script; gives its exit code and what it printed.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("sh", [RepositoryFile.PathOf(script), .. arguments])
        {
            WorkingDirectory = RepositoryPaths.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_folder.Path}{Path.PathSeparator}{start.Environment["PATH"]}";
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
