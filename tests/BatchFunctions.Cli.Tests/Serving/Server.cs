using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace BatchFunctions.Cli.Tests.Serving;

/// <summary><c>batchfn serve</c> as a process of its own, on a port of its own.</summary>
internal sealed class Server : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = [];

    private Server(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>A client that has the key.</summary>
    public HttpClient Client { get; private set; } = null!;

    public string Url { get; private set; } = "";

    /// <summary>What the server said so far on stderr.</summary>
    public string Log => string.Join('\n', _log);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts a server and waits until it answers.</summary>
    public static async Task<Server> StartAsync(Batchfn batchfn, params string[] args)
    {
        string[] port = args.Contains("--port") ? [] : ["--port", "0"];
        var server = new Server(batchfn.Start(["serve", "--json", .. port, .. args]));
        try
        {
            var line = await server._process.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(Limit, Cancellation);
            Assert.True(line is not null, $"The server has ended: {server.Log}");
            var view = JsonDocument.Parse(line).RootElement;
            server.Url = view.GetProperty("url").GetString()!;
            var key = view.GetProperty("keyFile").GetString() is { } file ? (await File.ReadAllTextAsync(file, Cancellation)).Trim() : batchfn.Variables["BATCHFN_API_KEY"];
            server.Client = new HttpClient { BaseAddress = new Uri(server.Url) };
            server.Client.DefaultRequestHeaders.Add("x-functions-key", key);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>The jobs of the server, the newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string query = "?limit=500") =>
        [.. (await Client.GetFromJsonAsync<JsonElement>($"/api/jobs{query}", Cancellation)).GetProperty("jobs").EnumerateArray()];

    /// <summary>Waits until the jobs are as wanted.</summary>
    public async Task<IReadOnlyList<JsonElement>> WaitAsync(Func<IReadOnlyList<JsonElement>, bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var jobs = await ListAsync();
            if (condition(jobs))
                return jobs;
            Assert.True(Stopwatch.GetElapsedTime(start) < Limit, $"The jobs are {string.Join('\n', jobs)}\n{Log}");
            await Task.Delay(50, Cancellation);
        }
    }

    /// <summary>Ends it as a power cut does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks it to end; gives its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Cancellation);
        await _process.WaitForExitAsync(Cancellation).WaitAsync(Limit, Cancellation);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
        Client?.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
            _log.Enqueue(line);
    }
}
