using System.Reflection;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tests.Workflow;

public sealed class CatalogTests
{
    private static readonly JobReference Job = new("job-1", "work/job-1");

    [Fact]
    public async Task An_activity_is_run_by_name_with_JSON_in_and_out()
    {
        var catalog = new ActivityCatalog().Add(JobActivities.ScoreShard, new Doubling());

        var activity = catalog.Get(JobActivities.ScoreShard);
        var output = await catalog.Get("ScoreShard").RunAsync(
            activity.WriteInput(new ShardRequest(Job, 21, 4)), TestContext.Current.CancellationToken);

        Assert.Equal("""{"shard":42,"records":4,"failed":0,"alreadyCommitted":true}""", output);
        Assert.Equal(new ShardOutcome(42, 4, 0, true), activity.ReadOutput(output));
        Assert.Equal(["ScoreShard"], catalog.Names);
    }

    [Fact]
    public void A_name_is_taken_once_and_asked_for_with_its_own_types()
    {
        var catalog = new ActivityCatalog().Add(JobActivities.ScoreShard, new Doubling());

        Assert.Throws<ArgumentException>(() => catalog.Add(JobActivities.ScoreShard, new Doubling()));
        var missing = Assert.Throws<BatchFunctionsException>(() => catalog.Get(JobActivities.Plan));
        Assert.Contains("Activity Plan is not registered", missing.Message, StringComparison.Ordinal);
        var other = Assert.Throws<BatchFunctionsException>(() => catalog.Get(new ActivityName<int, int>("ScoreShard")));
        Assert.Contains("other types", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_catalog_of_jobs_has_their_workflows()
    {
        var catalog = WorkflowCatalog.ForJobs(new ActivityCatalog());
        Assert.Equal("Job", catalog.Get(JobWorkflows.Job).Name);
        Assert.Equal("ShardGroup", catalog.Get(JobWorkflows.ShardGroup).Name);
        Assert.Throws<BatchFunctionsException>(() => catalog.Get("Other"));
    }

    [Fact]
    public void Every_type_that_an_activity_or_a_workflow_of_a_job_takes_or_gives_can_be_written()
    {
        var names = typeof(JobActivities).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Concat(typeof(JobWorkflows).GetProperties(BindingFlags.Public | BindingFlags.Static))
            .ToArray();
        Assert.Equal(17, names.Length);
        foreach (var type in names.SelectMany(name => name.PropertyType.GetGenericArguments()))
            Assert.Equal(type, WorkflowJson.Default.Options.GetTypeInfo(type).Type);
    }

    [Fact]
    public void A_job_reads_back_as_it_was_written()
    {
        var workflow = WorkflowCatalog.ForJobs(new ActivityCatalog()).Get(JobWorkflows.ShardGroup);
        var outcome = new GroupOutcome(
            250, 250, 240, 5, 1, 2, [new ShardFailure(251, ErrorKind.Memory, "größer")], [260, 270], new ShardFailure(260, ErrorKind.Transient, "busy"));
        var written = System.Text.Json.JsonSerializer.Serialize(outcome, WorkflowJson.Default.GroupOutcome);
        Assert.Equivalent(outcome, workflow.ReadOutput(written));
        Assert.Contains("\"kind\":\"Memory\"", written, StringComparison.Ordinal);

        var prepared = new PreparedJob(Job, "out", 1, 2, 3, new RetryPolicy(3, TimeSpan.FromSeconds(10), 2, TimeSpan.FromHours(1)), TimeSpan.FromHours(2), HashesSnapshot: true);
        var again = System.Text.Json.JsonSerializer.Deserialize(
            System.Text.Json.JsonSerializer.Serialize(prepared, WorkflowJson.Default.PreparedJob), WorkflowJson.Default.PreparedJob);
        Assert.Equal(prepared, again);
    }

    private sealed class Doubling : IActivity<ShardRequest, ShardOutcome>
    {
        public Task<ShardOutcome> RunAsync(ShardRequest input, CancellationToken cancellationToken) =>
            Task.FromResult(new ShardOutcome(2 * input.Shard, input.BatchDivisor, 0, true));
    }
}
