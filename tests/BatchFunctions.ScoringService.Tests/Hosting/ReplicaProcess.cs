using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using BatchFunctions.Api;

namespace BatchFunctions.ScoringService.Tests.Hosting;

/// <summary>A replica as a process of its own on a free loopback port: one that can be killed.</summary>
internal sealed partial class ReplicaProcess : IAsyncDisposable
{
    public const string Key = "a-key-for-the-tests-only";

    private readonly Process _process;

    private ReplicaProcess(Process process, Uri url, string name) => (_process, Url, Name) = (process, url, name);

    public Uri Url { get; }

    /// <summary>The name that it has in claims and heartbeats.</summary>
    public string Name { get; }

    /// <summary>Starts a replica and waits until it answers.</summary>
    /// <param name="root">Where its folders of pipelines, models and work are, and its only other root.</param>
    /// <param name="connection">The blob account; null where the root is a folder.</param>
    /// <param name="running">How many shards it scores at once.</param>
    /// <param name="queued">How many more it takes.</param>
    /// <param name="variables">More variables of its environment.</param>
    public static async Task<ReplicaProcess> StartAsync(string root, string? connection, int running, int queued, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(ScoringHost).Assembly.Location);
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Logging__LogLevel__Default"] = "Information";
        start.Environment[HostSettings.PipelinesVariable] = $"{root}/pipelines";
        start.Environment[HostSettings.ModelsVariable] = $"{root}/models";
        start.Environment[HostSettings.WorkVariable] = $"{root}/work";
        start.Environment[HostSettings.RootsVariable] = root;
        start.Environment[HostSettings.ConnectionVariable] = connection;
        start.Environment[ServiceSettings.KeyVariable] = Key;
        start.Environment[ServiceSettings.MaxRunningVariable] = $"{running}";
        start.Environment[ServiceSettings.MaxQueuedVariable] = $"{queued}";
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        var output = new StringBuilder();
        var (url, named) = (new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) =>
        {
            lock (output)
                url.TrySetException(new InvalidOperationException($"The replica ended with {process.ExitCode}: {output}"));
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ReplicaProcess(process, await url.Task.WaitAsync(TestContext.Current.CancellationToken), await named.Task.WaitAsync(TestContext.Current.CancellationToken));

        void Read(string? line)
        {
            if (line is null)
                return;
            lock (output)
                output.AppendLine(line);
            if (NameLine().Match(line) is { Success: true } taken)
                named.TrySetResult(taken.Groups[1].Value);
            if (ListeningLine().Match(line) is { Success: true } match)
                url.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    /// <summary>Ends it with SIGTERM, and waits until it has ended.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends it with SIGKILL.</summary>
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

    [GeneratedRegex(@"Now listening on: (http://127\.0\.0\.1:\d+)")]
    private static partial Regex ListeningLine();

    [GeneratedRegex(@"Replica (\S+) takes shards")]
    private static partial Regex NameLine();
}
