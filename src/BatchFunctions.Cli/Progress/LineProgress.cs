using BatchFunctions.Cli.Output;

namespace BatchFunctions.Cli.Progress;

/// <summary>Plain lines, one at each step and one every few seconds, for logs and pipes.</summary>
internal sealed class LineProgress(TextWriter writer, TimeProvider time) : IProgressDisplay
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<T> ShowAsync<T>(JobWatch watch, Func<Task<T>> job)
    {
        watch.StepBegan += Write;
        watch.Noticed += writer.WriteLine;
        using var timer = new PeriodicTimer(Period, time);
        var writing = WriteNowAndThenAsync(watch, timer);
        try
        {
            return await job();
        }
        finally
        {
            watch.StepBegan -= Write;
            watch.Noticed -= writer.WriteLine;
            timer.Dispose();
            await writing;
        }
    }

    /// <summary><c>[0:03] Score: 12/64 shards, 480,000/1,000,000 rows, 612,345 rows/s, 0:01 left, 37 rejects</c>.</summary>
    public static string Line(ProgressView view)
    {
        var start = $"[{Words.Time(view.Elapsed)}] {view.Step}";
        return view.ShardsTotal == 0 ? start : $"{start}: {Numbers(view)}";
    }

    /// <summary>The numbers of a view, as both displays show them.</summary>
    public static string Numbers(ProgressView view)
    {
        var rows = view.RowsTotal is { } total ? $"{Words.Number(view.Rows)}/{Words.Number(total)} rows" : Words.Count(view.Rows, "row");
        var speed = view.Step == "Score" && view.RowsPerSecond >= 1 ? $", {Words.Number((long)view.RowsPerSecond)} rows/s" : "";
        var left = view.TimeLeft is { } time ? $", {Words.Time(time)} left" : "";
        var failed = view.ShardsFailed > 0 ? $", {Words.Count(view.ShardsFailed, "shard")} failed" : "";
        return $"{Words.Number(view.ShardsDone)}/{Words.Count(view.ShardsTotal, "shard")}, {rows}{speed}{left}, {Words.Count(view.Rejects, "reject")}{failed}";
    }

    private async Task WriteNowAndThenAsync(JobWatch watch, PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync())
            Write(watch.View());
    }

    private void Write(ProgressView view) => writer.WriteLine(Line(view));
}
