using System.Diagnostics;
using BatchFunctions.Local;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>A job that is to be killed: its run answers when most shards are committed, and the job goes on.</summary>
internal sealed class StoppedJobContender : IContender
{
    /// <summary>The job's id.</summary>
    public const string JobId = "stopped";

    private const double Most = 0.9;

    private readonly JobSite _site;
    private readonly EmbeddedEngine _engine;

    private StoppedJobContender(JobSite site, EmbeddedEngine engine) => (_site, _engine) = (site, engine);

    public static async Task<IContender> CreateAsync(ContenderSetup setup, CancellationToken cancellationToken)
    {
        var site = await JobSite.MakeAsync(setup, FolderOf(setup), cancellationToken);
        return new StoppedJobContender(site, await site.OpenEngineAsync(cancellationToken));
    }

    /// <summary>The folder in which the job is continued.</summary>
    public static string FolderOf(ContenderSetup setup) => Path.Combine(setup.Output, "stopped-job");

    public async Task<ContenderAnswer> RunAsync(CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _engine.ProgressChanged += (_, progress) =>
        {
            if (progress.ShardsTotal > 0 && progress.ShardsDone >= Most * progress.ShardsTotal)
                reached.TrySetResult(progress.RecordsDone);
        };
        var started = Stopwatch.GetTimestamp();
        var job = _engine.RunAsync(_site.Request(JobId), cancellationToken);
        if (await Task.WhenAny(job, reached.Task) == job)
            throw new InvalidOperationException($"The job ended too early, as {(await job).Status}.");
        return new ContenderAnswer(Seconds: Stopwatch.GetElapsedTime(started).TotalSeconds, Rows: await reached.Task);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _site.DisposeAsync();
    }
}
