using BatchFunctions.Cli.Progress;
using BatchFunctions.Telemetry;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Cli.Tests;

public sealed class ProgressTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly BatchMeter _meter = new();
    private readonly JobWatch _watch;

    public ProgressTests() => _watch = new JobWatch(_time);

    [Fact]
    public void Records_count_as_soon_as_they_are_scored_and_not_only_when_their_shard_is_committed()
    {
        _watch.Report(new JobProgress("Score", ShardsTotal: 4, RecordsTotal: 4000));
        _time.Advance(TimeSpan.FromSeconds(2));
        _meter.RecordsProcessed.Add(600);
        _meter.RecordsFailed.Add(3);

        var view = _watch.View();

        Assert.Equal(600, view.Rows);
        Assert.Equal(3, view.Rejects);
        Assert.Equal(0, view.ShardsDone);
        Assert.Equal(0.15, view.Fraction, 6);
    }

    [Fact]
    public void The_time_left_follows_from_the_speed_of_the_last_seconds()
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        _watch.Report(new JobProgress("Score", ShardsTotal: 4, RecordsTotal: 4000));
        _time.Advance(TimeSpan.FromSeconds(2));
        _meter.RecordsProcessed.Add(1000);

        var view = _watch.View();

        Assert.Equal(500, view.RowsPerSecond, 6);
        Assert.Equal(TimeSpan.FromSeconds(6), view.TimeLeft);
    }

    [Fact]
    public void What_an_earlier_run_committed_counts_but_gives_no_speed()
    {
        _watch.Report(new JobProgress("Score", ShardsTotal: 4, ShardsDone: 2, RecordsTotal: 4000, RecordsDone: 2000, RecordsFailed: 1));
        _time.Advance(TimeSpan.FromSeconds(1));
        _meter.RecordsProcessed.Add(100);

        var view = _watch.View();

        Assert.Equal(2100, view.Rows);
        Assert.Equal(1, view.Rejects);
        Assert.Equal(100, view.RowsPerSecond, 6);
    }

    [Fact]
    public void Without_a_known_number_of_records_the_time_left_follows_from_the_shards()
    {
        _watch.Report(new JobProgress("Score", ShardsTotal: 4));
        _time.Advance(TimeSpan.FromSeconds(3));
        _meter.RecordsProcessed.Add(10);
        _watch.Report(new JobProgress("Score", ShardsTotal: 4, ShardsDone: 1, RecordsDone: 10));

        Assert.Equal(TimeSpan.FromSeconds(9), _watch.View().TimeLeft);
        Assert.Equal(0.25, _watch.View().Fraction, 6);
    }

    [Fact]
    public async Task Plain_progress_is_a_line_at_each_step_and_one_every_few_seconds()
    {
        var writer = new StringWriter();
        var end = new TaskCompletionSource<int>();
        var showing = new LineProgress(TextWriter.Synchronized(writer), _time).ShowAsync(_watch, () => end.Task);

        _watch.Report(new JobProgress("Plan"));
        _watch.Report(new JobProgress("Score", ShardsTotal: 64, RecordsTotal: 1_000_000));
        _time.Advance(TimeSpan.FromSeconds(4));
        _watch.Report(new JobProgress("Score", ShardsTotal: 64, ShardsDone: 32, RecordsTotal: 1_000_000, RecordsDone: 500_000, RecordsFailed: 37));
        end.SetResult(5);

        Assert.Equal(5, await showing);
        Assert.Equal(["[0:00] Plan", "[0:00] Score: 0/64 shards, 0/1,000,000 rows, 0 rejects"], writer.ToString().TrimEnd().Split(Environment.NewLine));
        Assert.Equal(
            "[0:04] Score: 32/64 shards, 500,000/1,000,000 rows, 125,000 rows/s, 0:04 left, 37 rejects",
            LineProgress.Line(_watch.View()));
    }

    public void Dispose()
    {
        _watch.Dispose();
        _meter.Dispose();
    }
}
