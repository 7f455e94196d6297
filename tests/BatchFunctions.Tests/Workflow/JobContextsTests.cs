using BatchFunctions.Models;
using BatchFunctions.Planning;
using BatchFunctions.Scoring;
using BatchFunctions.Storage;
using BatchFunctions.Telemetry;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;
using BatchFunctions.Workflow.Activities;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Tests.Workflow;

public sealed class JobContextsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly BatchMeter _meter = new();

    // Nothing stays loaded that nobody uses, so that a session tells whether its context is alive.
    private readonly ModelSessionCache _models = new(idleSessions: 0);
    private readonly JobContexts _contexts;
    private readonly JobServices _services;
    private JobReference _job = null!;

    public JobContextsTests()
    {
        _services = new JobServices
        {
            Stores = new StoreResolver(),
            ModelsFolder = _folder.Combine("models"),
            WorkFolder = _folder.Combine("work"),
            BaseFolder = _folder.Path,
            Time = _time,
            Loggers = NullLoggerFactory.Instance,
            DefaultMaxParallel = 2,
        };
        _contexts = new JobContexts(_services, _models, _meter);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var sample = Path.Combine(RepositoryPaths.Root, "samples", "churn");
        await new ModelRegistry(_services.Stores.Resolve(_services.ModelsFolder, _folder.Path), TimeProvider.System).RegisterAsync(
            "churn",
            "1.0.0",
            await File.ReadAllBytesAsync(Path.Combine(sample, "model.onnx"), Stop),
            await File.ReadAllTextAsync(Path.Combine(sample, "manifest.yaml"), Stop),
            "test",
            Stop);
        await File.WriteAllTextAsync(
            _folder.Combine("customers.csv"),
            """
            user_id,age,income,credit_score,num_purchases,account_age_days,avg_transaction,num_returns,is_premium,region,category_preference
            1,40,50000.5,600,3,10,20.5,0,true,north,books
            2,50,60000.5,700,4,20,30.5,1,false,south,toys

            """,
            Stop);
        await File.WriteAllTextAsync(
            _folder.Combine("churn.yaml"),
            """
            name: churn
            source: { path: customers.csv, id: user_id }
            model: churn@1.0.0
            output: { path: scored }
            """,
            Stop);
        var request = new JobRequest { JobId = "job-1", Pipeline = _folder.Combine("churn.yaml"), RequestedAt = _time.GetUtcNow() };
        _job = (await new PrepareActivity(_services, _models).RunAsync(request, Stop)).Job;
        await new PlanActivity(_services, _contexts).RunAsync(_job, Stop);
        await _contexts.ReleaseAsync(_job);
    }

    public async ValueTask DisposeAsync()
    {
        await _contexts.DisposeAsync();
        _models.Dispose();
        _meter.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Those_who_use_a_job_at_the_same_time_or_soon_after_share_what_was_loaded()
    {
        await using JobContextLease one = await _contexts.AcquireAsync(_job, Stop);
        await using (JobContextLease two = await _contexts.AcquireAsync(_job, Stop))
            Assert.Same(one.Context, two.Context);
        await one.DisposeAsync();
        _time.Advance(_services.ContextIdleTime - TimeSpan.FromSeconds(1));
        await using JobContextLease three = await _contexts.AcquireAsync(_job, Stop);
        Assert.Same(one.Context, three.Context);
    }

    [Fact]
    public async Task A_scorer_goes_on_when_its_job_is_released_and_everything_goes_with_it()
    {
        JobContextLease lease = await _contexts.AcquireAsync(_job, Stop);
        await using (ScorerLease scorer = await lease.Context.RentScorerAsync(divisor: 1, Stop))
        {
            await _contexts.ReleaseAsync(_job);
            Assert.Equal(0, _contexts.Count);
            Assert.Equal(2, await ScoreAsync(lease.Context, scorer));
        }

        await using (JobContextLease another = await _contexts.AcquireAsync(_job, Stop))
            Assert.NotSame(lease.Context, another.Context);
        await _contexts.ReleaseAsync(_job);
        Assert.False(lease.Context.IsDisposed);
        await lease.DisposeAsync();
        Assert.True(lease.Context.IsDisposed);
    }

    [Fact]
    public async Task What_nobody_uses_for_a_while_is_let_go_of_and_loaded_anew_when_it_is_wanted()
    {
        JobContextLease lease = await _contexts.AcquireAsync(_job, Stop);
        _time.Advance(3 * _services.ContextIdleTime);
        Assert.Equal(1, _contexts.Count);
        await lease.DisposeAsync();

        _time.Advance(_services.ContextIdleTime - TimeSpan.FromSeconds(1));
        Assert.Equal(1, _contexts.Count);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, _contexts.Count);
        Assert.True(lease.Context.IsDisposed);
        await using JobContextLease again = await _contexts.AcquireAsync(_job, Stop);
        await using ScorerLease scorer = await again.Context.RentScorerAsync(divisor: 2, Stop);
        Assert.Equal(2, await ScoreAsync(again.Context, scorer));
    }

    [Fact]
    public async Task Every_use_starts_the_wait_anew()
    {
        for (var i = 0; i < 3; i++)
        {
            await using (await _contexts.AcquireAsync(_job, Stop))
            {
            }

            _time.Advance(_services.ContextIdleTime * 0.75);
        }

        Assert.Equal(1, _contexts.Count);
        _time.Advance(_services.ContextIdleTime * 0.25);
        Assert.Equal(0, _contexts.Count);
    }

    [Fact]
    public async Task A_job_that_could_not_be_loaded_is_loaded_for_the_next_one_who_asks()
    {
        string file = Path.Combine(_job.WorkFolder, "job.json");
        File.Move(file, file + ".away");
        await Assert.ThrowsAsync<BatchFunctionsException>(() => _contexts.AcquireAsync(_job, Stop));
        File.Move(file + ".away", file);

        await using JobContextLease lease = await _contexts.AcquireAsync(_job, Stop);
        Assert.Equal("churn", lease.Context.Job.Pipeline.Name);
    }

    [Fact]
    public async Task As_many_scorers_are_at_work_as_shards_may_be_scored_at_once_and_whoever_comes_then_waits()
    {
        await using JobContextLease lease = await _contexts.AcquireAsync(_job, Stop);
        await using ScorerLease one = await lease.Context.RentScorerAsync(divisor: 1, Stop);
        Task<ScorerLease> third;
        await using (ScorerLease two = await lease.Context.RentScorerAsync(divisor: 2, Stop))
        {
            third = lease.Context.RentScorerAsync(divisor: 1, Stop);
            Assert.False(third.IsCompleted);
            using var tired = new CancellationTokenSource();
            Task<ScorerLease> fourth = lease.Context.RentScorerAsync(divisor: 1, tired.Token);
            await tired.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fourth);
        }

        await using ScorerLease scorer = await third;
        Assert.Equal(2, await ScoreAsync(lease.Context, scorer));
    }

    [Fact]
    public async Task Nobody_is_left_without_a_context_while_others_release_it()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(
            async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    await using JobContextLease lease = await _contexts.AcquireAsync(_job, Stop);
                    await using ScorerLease scorer = await lease.Context.RentScorerAsync(divisor: 1, Stop);
                    if ((i + worker) % 4 == 0)
                        await _contexts.ReleaseAsync(_job);
                    Assert.Equal(2, await ScoreAsync(lease.Context, scorer));
                    scorer.Keep();
                }
            },
            Stop)));
    }

    [Fact]
    public async Task What_is_closed_lets_go_of_what_is_idle_now_and_of_the_rest_after_its_use()
    {
        JobContextLease lease = await _contexts.AcquireAsync(_job, Stop);
        await _contexts.DisposeAsync();
        Assert.False(lease.Context.IsDisposed);
        await lease.DisposeAsync();
        Assert.True(lease.Context.IsDisposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _contexts.AcquireAsync(_job, Stop));
    }

    private static async Task<long> ScoreAsync(JobContext context, ScorerLease scorer)
    {
        Shard shard = await context.ReadShardAsync(0, Stop);
        using var predictions = new MemoryStream();
        using var rejects = new MemoryStream();
        ShardScores scores = await scorer.Scorer.ScoreAsync(context.Files, shard, predictions, _ => ValueTask.FromResult<Stream>(rejects), Stop);
        return scores.Scored;
    }
}
