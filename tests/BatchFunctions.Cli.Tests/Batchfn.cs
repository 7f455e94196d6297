using System.Diagnostics;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Cli.Tests;

/// <summary>Runs the command line in this process, in a folder of its own.</summary>
internal sealed class Batchfn : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The current folder of the commands.</summary>
    public string Folder => _folder.Path;

    /// <summary>The environment's variables.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>Where the commands look for the sample.</summary>
    public string ProgramFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>Called with each line that a command writes to stdout.</summary>
    public Action<string>? OnLine { get; set; }

    public string PathOf(params ReadOnlySpan<string> names) => _folder.Combine(names);

    /// <summary>Writes a file below the folder; gives its path.</summary>
    public string Write(string name, string content)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public Task<Outcome> RunAsync(params string[] args) => RunAsync(args, false, TestContext.Current.CancellationToken);

    public async Task<Outcome> RunAsync(string[] args, bool isInteractive, CancellationToken stop)
    {
        using var output = new LineWriter(OnLine);
        using var error = new LineWriter(null);
        var terminal = new Terminal
        {
            Out = output,
            Error = error,
            IsInteractive = isInteractive,
            CurrentFolder = Folder,
            ProgramFolder = ProgramFolder,
            EnvironmentVariable = name => Variables.GetValueOrDefault(name),
        };
        var exitCode = await EntryPoint.RunAsync(args, terminal, stop);
        return new Outcome(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Starts the command line as a process of its own, with its streams redirected.</summary>
    public Process Start(params string[] args) => Start(null, args);

    /// <summary>Starts the command line under a limit on the size of the files that it writes, as on a disk that is full.</summary>
    /// <param name="largestFile">The limit in KiB, or null for none. Needs a Unix shell.</param>
    /// <param name="args">The arguments.</param>
    public Process Start(int? largestFile, params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (largestFile is { } limit)
        {
            // The signal would end the process; without it, the write fails. The runtime maps its own code into files otherwise.
            foreach (var word in (string[])["-c", FormattableString.Invariant($"trap '' XFSZ; ulimit -f {limit}; exec \"$0\" \"$@\""), start.FileName])
                start.ArgumentList.Add(word);
            start.FileName = "bash";
            start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        }

        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "batchfn.dll"));
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("BATCHFN_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Starts the command line as a process of its own, and ends it with SIGKILL at a moment, or lets it end before.</summary>
    /// <param name="moment">Told all that the process has said so far, over and over: whether it is time.</param>
    /// <param name="args">The arguments.</param>
    public async Task RunAndKillAsync(Func<string, bool> moment, params string[] args)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Process process = Start(args);
        string heard = "";
        Lock listening = new();
        Task errors = ListenAsync(process.StandardError), lines = ListenAsync(process.StandardOutput);
        while (!process.HasExited && !moment(Volatile.Read(ref heard)))
            await Task.Yield();
        process.Kill();
        await process.WaitForExitAsync(stop);
        await Task.WhenAll(errors, lines);

        async Task ListenAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync(stop) is { } line)
                lock (listening)
                    heard += line + "\n";
        }
    }

    public void Dispose() => _folder.Dispose();
}
