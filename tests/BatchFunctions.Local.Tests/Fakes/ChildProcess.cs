using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>A process of its own that runs the fake job, one transaction each time it is told to go on.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    public const string Command = "run-job";

    /// <summary>The other thing that a child does: it takes the right to serve a journal and keeps it.</summary>
    public const string HoldCommand = "hold-serve-lock";

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static ChildProcess Start(string journalPath, int shards, int maxParallel) =>
        Start(Command, journalPath, Invariant(shards), Invariant(maxParallel));

    /// <summary>Starts a child that holds the right to serve; it says so when it has it.</summary>
    public static ChildProcess StartHolding(string journalPath) => Start(HoldCommand, journalPath);

    /// <summary>What that child does.</summary>
    public static int Hold(string journalPath)
    {
        using var right = ServeLock.Take(journalPath, TimeProvider.System);
        Console.WriteLine("holding");
        Console.ReadLine();
        return 0;
    }

    /// <summary>What the child does.</summary>
    public static async Task<int> RunAsync(string journalPath, int shards, int maxParallel)
    {
        var job = new FakeJob { Shards = shards, MaxParallel = maxParallel };
        var options = new EmbeddedEngineOptions
        {
            JournalPath = journalPath,
            PollInterval = TimeSpan.FromMilliseconds(5),
            AfterCommit = () =>
            {
                Console.WriteLine("committed");
                Console.ReadLine();
            },
        };
        await using var engine = await EmbeddedEngine.OpenAsync(
            options, job.Catalog(), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var result = await engine.RunAsync(FakeJob.Request(), CancellationToken.None);
        Console.WriteLine(result.Status);
        return 0;
    }

    /// <summary>Waits until the child has committed so many transactions; it stands still after the last of them.</summary>
    /// <returns>What it said last: "committed", or the job's status where it ended before.</returns>
    public async Task<string?> WaitForCommitsAsync(int count, CancellationToken cancellationToken)
    {
        string? said = null;
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                GoOn();
            said = await _process.StandardOutput.ReadLineAsync(cancellationToken);
            if (said != "committed")
                break;
        }

        return said;
    }

    /// <summary>The next line that the child says.</summary>
    public ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => _process.StandardOutput.ReadLineAsync(cancellationToken);

    public void GoOn()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
    }

    /// <summary>Ends the child with SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static ChildProcess Start(params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return new ChildProcess(Process.Start(start)!);
    }

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
}
