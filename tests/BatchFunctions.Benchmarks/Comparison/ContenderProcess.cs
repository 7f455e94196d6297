using System.Diagnostics;
using System.Text.Json;
using BatchFunctions.Benchmarks.Contenders;

namespace BatchFunctions.Benchmarks.Comparison;

/// <summary>A contender in a process of its own, which waits for its turn.</summary>
internal sealed class ContenderProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ContenderProcess(Process process) => _process = process;

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<ContenderProcess> StartAsync(ContenderSetup setup, string folder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, $"setup-{setup.Kind}-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(setup, ContenderJson.Default.ContenderSetup), cancellationToken);
        Directory.CreateDirectory(setup.Output);
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        if (setup.Kind == Rivals.Polars)
        {
            start.FileName = "node";
            start.ArgumentList.Add(Path.Combine(Rivals.Folder, "polars.mjs"));
            start.Environment["POLARS_MAX_THREADS"] = setup.Threads.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        else
        {
            start.FileName = Environment.ProcessPath!;
            if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
                start.ArgumentList.Add(typeof(ContenderProcess).Assembly.Location);
            start.ArgumentList.Add("contender");
        }

        start.ArgumentList.Add(file);
        var contender = new ContenderProcess(Process.Start(start)!);
        if ((await contender.ReadAsync(cancellationToken)).Ready != true)
            throw new InvalidOperationException($"The contender '{setup.Kind}' is not ready.");
        return contender;
    }

    /// <summary>Has it score once.</summary>
    public async Task<ContenderAnswer> RunAsync(CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync("go".AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    /// <summary>Ends it; gives the most memory that it held, in MiB.</summary>
    public async Task<double> EndAsync(CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync("end".AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var answer = await ReadAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return answer.PeakMib ?? 0;
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ContenderAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith('{'))
                return JsonSerializer.Deserialize(line, ContenderJson.Default.ContenderAnswer)!;
        }

        throw new InvalidOperationException("A contender ended before it answered; its last words are on stderr.");
    }
}
