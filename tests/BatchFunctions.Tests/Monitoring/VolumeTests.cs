using BatchFunctions.Metrics;
using BatchFunctions.Monitoring;
using BatchFunctions.Results.Reports;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tests.Monitoring;

public sealed class VolumeTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 2, 8, 2, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _unreadable = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1_000, null)]
    [InlineData(500, null)]
    [InlineData(2_000, null)]
    [InlineData(499, "499 records are 0.499 times the median of the last 3 jobs (1,000); at least 0.5 times is allowed.")]
    [InlineData(2_001, "2,001 records are 2.001 times the median of the last 3 jobs (1,000); at most 2 times is allowed.")]
    public void The_ratio_to_the_median_is_held_against_the_limits(long records, string? alarm)
    {
        List<Alarm> alarms = [];

        VolumeSummary volume = VolumeSummary.Compare(new() { MinRatio = 0.5, MaxRatio = 2 }, records, [new("c", 90_000), new("b", 1_000), new("a", 10)], alarms);

        Assert.Equal((1_000, records / 1_000.0), (volume.Median, volume.Ratio));
        Assert.Equal(alarm, alarms.SingleOrDefault()?.Message);
        Assert.All(alarms, a => Assert.Equal(AlarmKind.Volume, a.Kind));
    }

    [Fact]
    public void The_median_of_two_is_their_mean()
    {
        VolumeSummary volume = VolumeSummary.Compare(new() { MinRatio = 0.5 }, 300, [new("b", 100), new("a", 301)], []);

        Assert.Equal(200.5, volume.Median);
    }

    [Fact]
    public void The_first_job_has_nothing_to_compare_with()
    {
        List<Alarm> alarms = [];

        VolumeSummary volume = VolumeSummary.Compare(new() { MinRatio = 0.5 }, 1, [], alarms);

        Assert.Equal((null, null), (volume.Median, volume.Ratio));
        Assert.Empty(alarms);
    }

    [Fact]
    public async Task The_last_jobs_are_those_of_the_days_before_the_latest_first()
    {
        Write("2026-02-05", "old", 1, Start.AddDays(-3));
        Write("2026-02-06", "b", 2, Start.AddDays(-2));
        Write("2026-02-06", "a", 3, Start.AddDays(-2).AddHours(1));
        Write("2026-02-08", "earlier", 4, Start.AddHours(-1));
        Write("2026-02-08", "self", 5, Start);
        Write("2026-02-08", "later", 6, Start.AddHours(1));
        Write("2026-02-09", "tomorrow", 7, Start.AddDays(-9));
        Write("2026-02-07", "failed", 8, Start.AddDays(-1), JobStatus.Failed);
        Write("2026-02-07", "warned", 9, Start.AddDays(-1), JobStatus.SucceededWithWarnings);
        Write("notes", "x", 10, Start);
        Directory.CreateDirectory(_folder.Combine("churn", "2026-02-04", "empty"));

        Assert.Equal(["earlier", "warned", "a", "b", "old"], await ReadAsync(9));
        Assert.Equal(["earlier", "warned", "a"], await ReadAsync(3));
        Assert.Empty(_unreadable);
    }

    [Fact]
    public async Task A_summary_that_cannot_be_read_is_left_out_and_named()
    {
        Write("2026-02-07", "good", 1, Start.AddDays(-1));
        Directory.CreateDirectory(_folder.Combine("churn", "2026-02-07", "bad"));
        await File.WriteAllTextAsync(_folder.Combine("churn", "2026-02-07", "bad", "summary_metrics.json"), "{", TestContext.Current.CancellationToken);

        Assert.Equal(["good"], await ReadAsync(5));
        Assert.Contains("churn/2026-02-07/bad", Assert.Single(_unreadable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_summary_of_an_earlier_version_counts_too()
    {
        Write("2026-02-07", "good", 1, Start.AddDays(-1));
        string file = _folder.Combine("churn", "2026-02-07", "good", "summary_metrics.json");
        string[] kept = [.. (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Where(l => !l.Contains("started_at", StringComparison.Ordinal) && !l.Contains("\"alarms\"", StringComparison.Ordinal))];
        await File.WriteAllLinesAsync(file, kept, TestContext.Current.CancellationToken);

        Assert.Equal(["good"], await ReadAsync(5));
    }

    private async Task<string[]> ReadAsync(int count) =>
        [.. (await VolumeHistory.ReadAsync(
            new StoreLocation(new LocalObjectStore(_folder.Path), "churn"), new DateOnly(2026, 2, 8), "self", Start, count, e => _unreadable.Add(e.Message), TestContext.Current.CancellationToken)).Select(r => r.JobId)];

    private void Write(string day, string job, long records, DateTimeOffset startedAt, JobStatus status = JobStatus.Succeeded)
    {
        var metrics = new ShardMetrics(ScoreScale.Unit);
        metrics.AddRecords(records);
        SummaryMetrics summary = SummaryMetrics.Create(job, "churn", status, metrics, TimeSpan.FromSeconds(1)) with { StartedAt = startedAt };
        string folder = _folder.Combine("churn", day, job);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "summary_metrics.json"), summary.ToJson());
    }
}
