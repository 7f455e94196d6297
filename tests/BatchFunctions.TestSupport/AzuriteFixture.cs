using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Xunit;

namespace BatchFunctions.TestSupport;

/// <summary>
/// A blob service of its own on a free loopback port, in memory, for the tests of one assembly:
/// <c>[assembly: AssemblyFixture(typeof(AzuriteFixture))]</c>. It starts on the first use, so that a filtered run that needs no blobs
/// waits for nothing, and it ends with the test process, even one that is killed.
/// </summary>
public sealed partial class AzuriteFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);
    private readonly Lazy<Task<string>> _connectionString;
    private Process? _process;

    /// <summary>Makes a fixture that has started nothing yet.</summary>
    public AzuriteFixture() => _connectionString = new Lazy<Task<string>>(StartAsync);

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The connection string of the running service.</summary>
    /// <exception cref="InvalidOperationException">Node or npm is missing, or the service did not start; the message says which.</exception>
    public Task<string> GetConnectionStringAsync() => _connectionString.Value;

    /// <summary>A client for the service's only account.</summary>
    public async Task<BlobServiceClient> GetServiceAsync() => new(await GetConnectionStringAsync());

    /// <summary>A new, empty container with a name of its own.</summary>
    public async Task<BlobContainerClient> CreateContainerAsync(CancellationToken cancellationToken)
    {
        var container = await GetAbsentContainerAsync();
        await container.CreateAsync(cancellationToken: cancellationToken);
        return container;
    }

    /// <summary>A client for a container that does not exist and that nobody else will make.</summary>
    public async Task<BlobContainerClient> GetAbsentContainerAsync() =>
        (await GetServiceAsync()).GetBlobContainerClient($"test-{Guid.NewGuid():n}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        using var process = _process;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private async Task<string> StartAsync()
    {
        var folder = RepositoryPaths.Azurite;
        await NpmPackage.EnsureInstalledAsync(folder);
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] arguments =
        [
            "--import", "./stop-with-parent.mjs", "node_modules/azurite/dist/src/blob/main.js",
            "--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence",
            "--silent", "--skipApiVersionCheck", "--disableTelemetry",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        var output = new StringBuilder();
        var port = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => port.TrySetException(Failed($"ended with exit code {process.ExitCode}"));
        NpmPackage.Start(process);
        _process = process;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return ConnectionString(await port.Task.WaitAsync(StartLimit));
        }
        catch (TimeoutException)
        {
            throw Failed($"was not ready after {StartLimit.TotalSeconds:0} s");
        }

        void Read(string? line)
        {
            if (line is null)
                return;
            lock (output)
                output.AppendLine(line);
            if (ListeningLine().Match(line) is { Success: true } match)
                port.TrySetResult(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        }

        InvalidOperationException Failed(string how)
        {
            lock (output)
                return new InvalidOperationException($"Azurite {how}. The tests need it; it said:{Environment.NewLine}{output}");
        }
    }

    private static string ConnectionString(int port) =>
        // The emulator's account and key are the same everywhere and public.
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
        + "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
        + $"BlobEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";

    [GeneratedRegex(@"listen\w* (?:at|on) http://127\.0\.0\.1:(\d+)")]
    private static partial Regex ListeningLine();
}
