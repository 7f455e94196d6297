using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Workflow;
using CsCheck;

namespace BatchFunctions.Local.Tests;

public sealed class JobListTests : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2026, 2, 8, 2, 0, 0, TimeSpan.Zero);

    private static readonly Gen<DateTimeOffset?> GenTime =
        Gen.Int[-1, 12].Select(hours => hours < 0 ? (DateTimeOffset?)null : Begin.AddHours(hours));

    private static readonly Gen<JobQuery> GenQuery = Gen.Select(
        AnyOf<string?>(null, "churn", "p.yaml", "q.yaml", "none"),
        AnyOf<JobStatus?>([null, .. Enum.GetValues<JobStatus>()]),
        GenTime,
        GenTime,
        Gen.OneOf(Gen.Int[1, 7], Gen.Int[1, JobQuery.MaxLimit]),
        (pipeline, status, from, before, limit) =>
            new JobQuery { Pipeline = pipeline, Status = status, CreatedFrom = from, CreatedBefore = before, Limit = limit });

    private readonly JournalFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_pages_together_are_the_list()
    {
        var random = new Random(20260208);
        JobStatus[] statuses = [.. Enumerable.Range(0, 120).Select(_ => (JobStatus)random.Next(Enum.GetValues<JobStatus>().Length))];
        List<JobLock> locks = [];
        using (var journal = Journal.Open(_folder.JournalPath))
        {
            foreach (var (i, status) in statuses.Index())
            {
                var request = FakeJob.Request($"{(random.Next(2) == 0 ? "B" : "a")}-{i}") with
                {
                    PipelineName = random.Next(3) switch { 0 => "churn", 1 => "fraud", _ => null },
                    Pipeline = random.Next(2) == 0 ? "p.yaml" : "q.yaml",
                };
                await AddAsync(journal, request, Begin.AddHours(random.Next(11)), status, locks);
            }
        }

        await using var engine = await _folder.OpenAsync(new FakeJob());
        var all = await engine.ListAsync(Stop);
        Assert.Equal(statuses.CountBy(status => status).OrderBy(count => count.Key), all.CountBy(record => record.Status).OrderBy(count => count.Key));
        Assert.Equal(
            all.OrderByDescending(record => record.CreatedAt).ThenByDescending(record => record.JobId, StringComparer.Ordinal).Select(record => record.JobId),
            all.Select(record => record.JobId));

        await GenQuery.SampleAsync(
            async query =>
            {
                var expected = all.Where(record =>
                    (query.Pipeline is null || record.Request.Pipeline == query.Pipeline || record.Request.PipelineName == query.Pipeline)
                    && (query.Status is null || record.Status == query.Status)
                    && (query.CreatedFrom is null || record.CreatedAt >= query.CreatedFrom)
                    && (query.CreatedBefore is null || record.CreatedAt < query.CreatedBefore));
                Assert.Equal(expected.Select(record => (record.JobId, record.Status)), await PagesAsync(engine, query));
            },
            iter: 300,
            threads: 1);
        locks.ForEach(taken => taken.Dispose());
    }

    [Fact]
    public async Task A_page_goes_on_where_the_one_before_ended_whatever_comes_meanwhile()
    {
        await using var engine = await _folder.OpenAsync(new FakeJob());
        for (var i = 0; i < 6; i++)
            await engine.StartAsync(FakeJob.Request($"job-{i}"), Stop);
        var first = await engine.ListAsync(new JobQuery { Limit = 3 }, Stop);
        await engine.StartAsync(FakeJob.Request("late"), Stop);
        await engine.RunAsync(FakeJob.Request("job-1"), Stop);
        await engine.CancelAsync("job-3", Stop);
        await engine.ForgetAsync("job-3", Stop);

        var second = await engine.ListAsync(new JobQuery { Limit = 3, After = first.Next }, Stop);

        Assert.Equal(["job-5", "job-4", "job-3"], first.Jobs.Select(record => record.JobId));
        Assert.Equal(["job-2", "job-1", "job-0"], second.Jobs.Select(record => record.JobId));
        Assert.Null(second.Next);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("not one")]
    [InlineData("AAAA")]
    [InlineData("MTIz")]
    [InlineData("eCBqb2ItMQ")]
    public async Task A_place_that_no_page_gave_is_refused(string after)
    {
        await using var engine = await _folder.OpenAsync(new FakeJob());
        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(() => engine.ListAsync(new JobQuery { After = after }, Stop));
        Assert.Equal(ErrorKind.Request, failure.Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(JobQuery.MaxLimit + 1)]
    public async Task A_page_of_no_job_or_of_too_many_is_refused(int limit)
    {
        await using var engine = await _folder.OpenAsync(new FakeJob());
        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(() => engine.ListAsync(new JobQuery { Limit = limit }, Stop));
        Assert.Equal(ErrorKind.Request, failure.Kind);
    }

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static async Task<List<(string, JobStatus)>> PagesAsync(EmbeddedEngine engine, JobQuery query)
    {
        List<(string, JobStatus)> listed = [];
        while (true)
        {
            var page = await engine.ListAsync(query, Stop);
            listed.AddRange(page.Jobs.Select(record => (record.JobId, record.Status)));
            if (page.Next is null)
                return listed;
            Assert.Equal(query.Limit, page.Jobs.Count);
            query = query with { After = page.Next };
        }
    }

    private async Task AddAsync(Journal journal, JobRequest request, DateTimeOffset created, JobStatus status, List<JobLock> locks)
    {
        journal.AddJob(request, created);
        if (status == JobStatus.Pending)
            return;
        var row = journal.TakeJob(request.JobId, 1, created, created, "somebody")!;
        if (status == JobStatus.Running)
            locks.Add((await JobLock.TryTakeAsync(_folder.JournalPath, request.JobId, 1, Stop))!);
        else if (status != JobStatus.Interrupted)
            journal.EndJob(row.Key, new JobResult(request.JobId, status, null, 0, 0, 0, [], null, null), created);
    }
}
