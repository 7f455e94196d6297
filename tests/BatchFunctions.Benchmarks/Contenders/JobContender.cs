using System.Diagnostics;
using System.Globalization;
using BatchFunctions.Baselines;
using BatchFunctions.Local;
using BatchFunctions.Models;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>
/// A whole job on the embedded engine, as users run it: snapshot, plan, validation, scoring, decisions, rejects, metrics, commit records, verification,
/// publication. Timed from the request to the end.
/// </summary>
internal sealed class JobContender : IContender
{
    private readonly string _folder;
    private readonly JobRuntime _runtime;
    private readonly EmbeddedEngine _engine;
    private readonly string _pipeline;
    private int _runs;

    private JobContender(string folder, JobRuntime runtime, EmbeddedEngine engine, string pipeline) =>
        (_folder, _runtime, _engine, _pipeline) = (folder, runtime, engine, pipeline);

    public static async Task<IContender> CreateAsync(ContenderSetup setup, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(setup.Output, FormattableString.Invariant($"job-{Environment.ProcessId}"));
        Directory.CreateDirectory(folder);
        var services = new JobServices
        {
            Stores = new StoreResolver(),
            ModelsFolder = Path.Combine(folder, "models"),
            WorkFolder = Path.Combine(folder, "work"),
            BaseFolder = folder,
            Loggers = NullLoggerFactory.Instance,
        };
        await new ModelRegistry(services.Stores.Resolve(services.ModelsFolder, folder), TimeProvider.System).RegisterAsync(
            "bench", "1", await File.ReadAllBytesAsync(setup.Model, cancellationToken), setup.Manifest, "benchmark", cancellationToken);
        var pipeline = Path.Combine(folder, "pipeline.yaml");
        var text = $$"""
            name: bench
            source: { path: "{{SourceOf(setup)}}", id: {{setup.Id}} }
            model: bench@1
            output: { path: scored, format: parquet }
            {{setup.Pipeline}}
            """;
        await File.WriteAllTextAsync(pipeline, text, cancellationToken);
        if (setup.Monitored)
        {
            var made = await new BaselineMaker(services).MakeAsync(new BaselineRequest { Source = pipeline }, cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "baseline.yaml"), made.Text, cancellationToken);
            await File.WriteAllTextAsync(pipeline, text + "\nmonitoring: { baseline: baseline.yaml, volume: { min_ratio: 0.5, max_ratio: 2 } }\n", cancellationToken);
        }

        var runtime = new JobRuntime(services);
        var engine = await EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions { JournalPath = Path.Combine(folder, "journal.db") }, runtime.Catalog, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        return new JobContender(folder, runtime, engine, pipeline);
    }

    public async Task<ContenderAnswer> RunAsync(CancellationToken cancellationToken)
    {
        var request = new JobRequest
        {
            JobId = string.Create(CultureInfo.InvariantCulture, $"run-{++_runs}"),
            Pipeline = _pipeline,
            RequestedAt = TimeProvider.System.GetUtcNow(),
        };
        var steps = new List<(string Name, long At)>();
        _engine.ProgressChanged += Note;
        var (allocated, collections) = (GC.GetTotalAllocatedBytes(), GC.CollectionCount(2));
        var started = Stopwatch.GetTimestamp();
        var result = await _engine.RunAsync(request, cancellationToken);
        var ended = Stopwatch.GetTimestamp();
        _engine.ProgressChanged -= Note;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        collections = GC.CollectionCount(2) - collections;
        if (result.Status is not (JobStatus.Succeeded or JobStatus.SucceededWithWarnings))
            throw new InvalidOperationException($"The job ended as {result.Status}: {result.Error}");
        Directory.Delete(result.RunFolder!, recursive: true);
        return new ContenderAnswer(Seconds: Stopwatch.GetElapsedTime(started, ended).TotalSeconds, Rows: result.RecordsTotal, Note: string.Create(
            CultureInfo.InvariantCulture, $"{Describe(steps, ended)}; {allocated >> 20} MiB allocated, {collections} full collections"));

        void Note(string id, JobProgress progress)
        {
            if (steps.Count == 0 || steps[^1].Name != progress.Step)
                steps.Add((progress.Step, Stopwatch.GetTimestamp()));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _runtime.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Describe(List<(string Name, long At)> steps, long ended) => string.Join(", ", steps.Select((step, i) => string.Create(
        CultureInfo.InvariantCulture, $"{step.Name} {Stopwatch.GetElapsedTime(step.At, i + 1 < steps.Count ? steps[i + 1].At : ended).TotalSeconds:0.000}")));

    private static string SourceOf(ContenderSetup setup) => setup.Input.Count == 1
        ? setup.Input[0]
        : Path.Combine(Path.GetDirectoryName(setup.Input[0])!, "*." + setup.Format);
}
