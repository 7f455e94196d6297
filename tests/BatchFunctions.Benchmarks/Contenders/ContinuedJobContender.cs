using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using BatchFunctions.Telemetry;
using BatchFunctions.Workflow;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>Continues a job that was killed. Timed from the opening of the journal to the first batch that is scored.</summary>
internal sealed class ContinuedJobContender(JobSite site) : IContender
{
    public static IContender Create(ContenderSetup setup) => new ContinuedJobContender(JobSite.Open(StoppedJobContender.FolderOf(setup)));

    public async Task<ContenderAnswer> RunAsync(CancellationToken cancellationToken)
    {
        long first = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name == BatchMeter.RecordsProcessedName)
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), 0));
        listener.Start();

        var (shards, before) = (0, JournalMegabytes());
        var started = Stopwatch.GetTimestamp();
        await using var engine = await site.OpenEngineAsync(cancellationToken);
        engine.ProgressChanged += (_, progress) => shards = Math.Max(shards, progress.ShardsTotal);
        var result = await engine.ResumeAsync(StoppedJobContender.JobId, cancellationToken);
        var whole = Stopwatch.GetElapsedTime(started);
        if (result.Status is not (JobStatus.Succeeded or JobStatus.SucceededWithWarnings))
            throw new InvalidOperationException($"The job ended as {result.Status}: {result.Error}");
        return new ContenderAnswer(Seconds: Stopwatch.GetElapsedTime(started, first).TotalSeconds, Rows: result.RecordsTotal, Note: string.Create(
            CultureInfo.InvariantCulture, $"{shards} shards; the journal has {before:0.0} MB when the job is continued, and {JournalMegabytes():0.0} MB at its end, {whole.TotalSeconds:0.0} s later"));
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    private double JournalMegabytes() =>
        new DirectoryInfo(site.Folder).GetFiles(Path.GetFileName(site.Journal) + "*").Sum(file => file.Length) / 1e6;
}
