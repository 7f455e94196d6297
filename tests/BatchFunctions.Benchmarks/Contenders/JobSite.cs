using BatchFunctions.Baselines;
using BatchFunctions.Local;
using BatchFunctions.Models;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>A folder in which jobs are run as users run them: a registry with the model, a pipeline, a journal.</summary>
internal sealed class JobSite : IAsyncDisposable
{
    private readonly JobRuntime _runtime;

    private JobSite(string folder)
    {
        Folder = folder;
        Services = new JobServices
        {
            Stores = new StoreResolver(),
            ModelsFolder = Path.Combine(folder, "models"),
            WorkFolder = Path.Combine(folder, "work"),
            BaseFolder = folder,
            Loggers = NullLoggerFactory.Instance,
        };
        _runtime = new JobRuntime(Services);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The file that finished steps are written to; others beside it start with its name.</summary>
    public string Journal => Path.Combine(Folder, "journal.db");

    private JobServices Services { get; }

    private string Pipeline => Path.Combine(Folder, "pipeline.yaml");

    /// <summary>Makes the folder.</summary>
    public static async Task<JobSite> MakeAsync(ContenderSetup setup, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var site = new JobSite(folder);
        await new ModelRegistry(site.Services.Stores.Resolve(site.Services.ModelsFolder, folder), TimeProvider.System).RegisterAsync(
            "bench", "1", await File.ReadAllBytesAsync(setup.Model, cancellationToken), setup.Manifest, "benchmark", cancellationToken);
        var text = $$"""
            name: bench
            source: { path: "{{SourceOf(setup)}}", id: {{setup.Id}}{{(setup.HashesInput ? "" : ", hash: never")}} }
            model: bench@1
            output: { path: scored, format: parquet }
            {{setup.Pipeline}}
            """;
        await File.WriteAllTextAsync(site.Pipeline, text, cancellationToken);
        if (setup.Monitored)
        {
            var made = await new BaselineMaker(site.Services).MakeAsync(new BaselineRequest { Source = site.Pipeline }, cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "baseline.yaml"), made.Text, cancellationToken);
            await File.WriteAllTextAsync(site.Pipeline, text + "\nmonitoring: { baseline: baseline.yaml, volume: { min_ratio: 0.5, max_ratio: 2 } }\n", cancellationToken);
        }

        return site;
    }

    /// <summary>Opens a folder that was made before.</summary>
    public static JobSite Open(string folder) => new(folder);

    /// <summary>Opens an engine on the journal.</summary>
    public Task<EmbeddedEngine> OpenEngineAsync(CancellationToken cancellationToken) => EmbeddedEngine.OpenAsync(
        new EmbeddedEngineOptions { JournalPath = Journal }, _runtime.Catalog, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);

    /// <summary>Asks for a job.</summary>
    public JobRequest Request(string jobId) => new() { JobId = jobId, Pipeline = Pipeline, RequestedAt = TimeProvider.System.GetUtcNow() };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _runtime.DisposeAsync();

    private static string SourceOf(ContenderSetup setup) => setup.Input.Count == 1
        ? setup.Input[0]
        : Path.Combine(Path.GetDirectoryName(setup.Input[0])!, "*." + setup.Format);
}
