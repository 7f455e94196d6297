using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests;

public sealed class JobPathTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_job_goes_through_every_step_in_order()
    {
        var job = new FakeJob { Shards = 3, MaxParallel = 1 };
        await using var engine = await _folder.OpenAsync(job);

        var result = await engine.RunAsync(FakeJob.Request(), Stop);

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal("out/job-1", result.RunFolder);
        Assert.Equal((300, 297, 3), (result.RecordsTotal, result.RecordsScored, result.RecordsFailed));
        Assert.Equal(
            [
                "Prepare", "Validate", "Plan", "ScoreShard 0", "ScoreShard 1", "ScoreShard 2", "AggregateGroup 0", "Aggregate", "Verify", "Publish",
                "Notify succeeded", "CleanUp",
            ],
            job.Calls.Where(call => call != "Notify started"));
        Assert.Equal(["started", "succeeded"], job.Events.Select(what => what.Name));
    }
}
