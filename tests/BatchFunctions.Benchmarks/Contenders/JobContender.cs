using System.Diagnostics;
using System.Globalization;
using BatchFunctions.Local;
using BatchFunctions.Workflow;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>
/// A whole job on the embedded engine, as users run it: snapshot, plan, validation, scoring, decisions, rejects, metrics, commit records, verification,
/// publication. Timed from the request to the end.
/// </summary>
internal sealed class JobContender : IContender
{
    private readonly JobSite _site;
    private readonly EmbeddedEngine _engine;
    private int _runs;

    private JobContender(JobSite site, EmbeddedEngine engine) => (_site, _engine) = (site, engine);

    public static async Task<IContender> CreateAsync(ContenderSetup setup, CancellationToken cancellationToken)
    {
        var site = await JobSite.MakeAsync(setup, Path.Combine(setup.Output, FormattableString.Invariant($"job-{Environment.ProcessId}")), cancellationToken);
        return new JobContender(site, await site.OpenEngineAsync(cancellationToken));
    }

    public async Task<ContenderAnswer> RunAsync(CancellationToken cancellationToken)
    {
        var request = _site.Request(string.Create(CultureInfo.InvariantCulture, $"run-{++_runs}"));
        var shards = 0;
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
        return new ContenderAnswer(Seconds: Stopwatch.GetElapsedTime(started, ended).TotalSeconds, Rows: result.RecordsTotal, Note: string.Create(
            CultureInfo.InvariantCulture, $"{shards} shards, {Stopwatch.GetElapsedTime(started, ended).TotalMilliseconds / shards:0.00} ms each; {Describe(steps, ended)}; {allocated >> 20} MiB allocated, {collections} full collections"));

        void Note(string id, JobProgress progress)
        {
            shards = Math.Max(shards, progress.ShardsTotal);
            if (steps.Count == 0 || steps[^1].Name != progress.Step)
                steps.Add((progress.Step, Stopwatch.GetTimestamp()));
        }
    }

    // Only now are the run folders deleted: where many files have just gone, a file system takes longer to make new ones, which would be the next job's.
    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _site.DisposeAsync();
        Directory.Delete(_site.Folder, recursive: true);
    }

    private static string Describe(List<(string Name, long At)> steps, long ended) => string.Join(", ", steps.Select((step, i) => string.Create(
        CultureInfo.InvariantCulture, $"{step.Name} {Stopwatch.GetElapsedTime(step.At, i + 1 < steps.Count ? steps[i + 1].At : ended).TotalSeconds:0.000}")));
}
