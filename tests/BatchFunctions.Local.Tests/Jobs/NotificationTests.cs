using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Notifications;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>Whoever the pipeline names is told of its jobs: signed, once each, and without the jobs noticing whether anybody listens.</summary>
public sealed class NotificationTests
{
    private const string Secret = "a-secret-of-the-receiver";
    private const string Both = "notify: { event_grid: true, webhook: ${HOOK} }";
    private const string Hook = "/hook/secret-part";
    private const string Topic = "/api/events";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_arrive_signed_and_once_each_at_receivers_that_refuse_the_first_two_deliveries()
    {
        await using EventReceiver receiver = await EventReceiver.StartAsync(before => before < 2 ? 503 : 200);
        using JobWorkbench bench = await Churn.BenchAsync();

        JobResult result = await RunAsync(bench, receiver, Both);

        Assert.Equal(JobStatus.Succeeded, result.Status);
        foreach (string path in (string[])[Hook, Topic])
        {
            JsonElement[] events = [.. receiver.Taken(path).Select(Event)];
            Assert.Equal(["BatchFunctions.Job.Started", "BatchFunctions.Job.Succeeded"], events.Select(e => Text(e, "type")).Order());
            Assert.Equal(["job/1/started", "job/1/succeeded"], events.Select(e => Text(e, "id")).Order());
            Assert.All(events, e => Assert.Equal(("1.0", "/batchfunctions/pipelines/churn", "jobs/job", "application/json"), (Text(e, "specversion"), Text(e, "source"), Text(e, "subject"), Text(e, "datacontenttype"))));
            JsonElement end = events.Single(e => Text(e, "type").EndsWith("Succeeded", StringComparison.Ordinal)).GetProperty("data");
            Assert.Equal(
                ("job", "churn", "Succeeded", "churn@1.0.0", result.RunFolder, 300),
                (Text(end, "jobId"), Text(end, "pipeline"), Text(end, "status"), Text(end, "model"), Text(end, "runFolder"), end.GetProperty("recordsScored").GetInt32()));
            Assert.Equal(6, receiver.Requests.Count(r => r.Path == path));
        }

        foreach (var (_, headers, body, _) in receiver.Requests.Where(r => r.Path == Hook))
        {
            Assert.Equal("application/cloudevents+json; charset=utf-8", headers["Content-Type"]);
            Assert.Equal(Text(Event(body), "id"), headers["webhook-id"]);
            byte[] signed = [.. Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}."), .. body];
            Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed))}", headers["webhook-signature"]);
        }

        Assert.All(receiver.Requests.Where(r => r.Path == Topic), r => Assert.Equal("the topic's key", r.Headers["aeg-sas-key"]));
        Assert.Equal(
            [("event_grid", "started", 2), ("event_grid", "succeeded", 2), ("webhook", "started", 2), ("webhook", "succeeded", 2)],
            Records(bench, "*.delivered.json").Select(r => (Text(r, "channel"), Text(r, "event"), r.GetProperty("failed_attempts").GetInt32())).Order());
        Assert.DoesNotContain("secret-part", string.Concat(Directory.EnumerateFiles(bench.Root, "*.json", SearchOption.AllDirectories).Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(307)]
    public async Task A_receiver_that_is_down_for_good_changes_nothing_about_the_job(int answer)
    {
        await using EventReceiver receiver = await EventReceiver.StartAsync(_ => answer);
        using JobWorkbench quiet = await Churn.BenchAsync(), loud = await Churn.BenchAsync();

        JobResult alone = await RunAsync(quiet, receiver, ""), told = await RunAsync(loud, receiver, Both);

        Assert.Equal((JobStatus.Succeeded, null, 0), (told.Status, told.Error, told.Warnings.Count));
        Assert.Equal(JobWorkbench.Hashes(alone), JobWorkbench.Hashes(told));
        Assert.Empty(Records(loud, "*.delivered.json"));
        JsonElement[] failed = Records(loud, "*.failed.json");
        Assert.Equal(4, failed.Length);
        Assert.All(failed, r => Assert.Equal(5, r.GetProperty("failed_attempts").GetInt32()));
        Assert.All(failed.Where(r => Text(r, "channel") == "webhook"), r => Assert.Contains($"answered {(answer == 307 ? "a redirect" : "500")}", Text(r, "error"), StringComparison.Ordinal));
        Assert.DoesNotContain(receiver.Requests, r => r.Path == "/elsewhere");
    }

    [Fact]
    public async Task Nobody_there_at_all_changes_nothing_either()
    {
        EventReceiver receiver = await EventReceiver.StartAsync(_ => 200);
        using JobWorkbench bench = await Churn.BenchAsync();
        Func<string, string?> variables = Variables(receiver);
        await receiver.DisposeAsync();

        JobResult result = await RunAsync(bench, variables, Both);

        Assert.Equal((JobStatus.Succeeded, 300), (result.Status, result.RecordsScored));
        Assert.All(Records(bench, "*.failed.json"), r => Assert.Contains("could not be reached", Text(r, "error"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_ran_twice_is_told_once_and_each_receiver_is_told_on_its_own()
    {
        // The topic takes what the hook refuses.
        await using EventReceiver receiver = await EventReceiver.StartAsync(_ => 200);
        await using EventReceiver refusing = await EventReceiver.StartAsync(before => before < 2 ? 429 : 200);
        using JobWorkbench bench = await Churn.BenchAsync();
        Func<string, string?> variables = name => name == "HOOK" ? $"{refusing.Url}hook" : Variables(receiver)(name)?.Replace(receiver.Url.Authority, $"{receiver.Url.Authority};{refusing.Url.Authority}", StringComparison.Ordinal);
        variables = Only(variables, NotificationOptions.EventGridEndpointVariable, $"{receiver.Url}api/events");
        await RunAsync(bench, variables, Both);
        await using var runtime = new JobRuntime(Services(bench, variables));
        var again = new JobEvent("job", "succeeded", DateTimeOffset.UnixEpoch, "again", $"{bench.WorkAddress}/job");

        for (int i = 0; i < 3; i++)
            Assert.Equal(0, await runtime.Catalog.Activities.Get(JobActivities.Notify).InvokeAsync(again, Stop));

        Assert.Equal(2, receiver.Taken(Topic).Count);
        Assert.Equal(2, receiver.Requests.Count);
        Assert.Equal(2, refusing.Taken("/hook").Count);
        Assert.Equal(6, refusing.Requests.Count);
    }

    [Fact]
    public async Task Alarms_warnings_and_the_next_run_of_a_job_are_events_of_their_own()
    {
        await using EventReceiver receiver = await EventReceiver.StartAsync(_ => 200);
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(300, row => row % 10 == 0 ? "7,400,1.5,600,3,10,20.5,0,true,north,books" : null));

        JobResult failed = await RunAsync(bench, Variables(receiver), "policy: { max_failed_records: 1, on_breach: fail }\n" + Both, keepData: true);
        JobResult retried = await RunAsync(bench, Variables(receiver), "policy: { max_failed_records: 1, on_breach: fail }\n" + Both, keepData: true, run: 2);

        Assert.Equal((JobStatus.Failed, JobStatus.Failed), (failed.Status, retried.Status));
        Assert.Equal(
            ["job/1/alarm", "job/1/failed", "job/1/started", "job/2/alarm", "job/2/failed", "job/2/started"],
            receiver.Taken(Hook).Select(b => Text(Event(b), "id")).Order());
        JsonElement end = receiver.Taken(Hook).Select(Event).Single(e => Text(e, "id") == "job/1/failed").GetProperty("data");
        Assert.Equal(("Failed", "Policy", 30), (Text(end, "status"), Text(end, "errorKind"), end.GetProperty("recordsFailed").GetInt32()));
    }

    [Fact]
    public async Task A_step_that_fails_is_told_with_its_error_also_before_anything_is_pinned()
    {
        await using EventReceiver receiver = await EventReceiver.StartAsync(_ => 200);
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(300).Replace("user_id", "user", StringComparison.Ordinal));

        JobResult result = await RunAsync(bench, Variables(receiver), Both, keepData: true);

        Assert.Equal(JobStatus.Failed, result.Status);
        Assert.Equal(["job/1/failed", "job/1/step_failed"], receiver.Taken(Topic).Select(b => Text(Event(b), "id")).Order());
        JsonElement data = receiver.Taken(Hook).Select(Event).Single(e => Text(e, "type") == "BatchFunctions.Job.StepFailed").GetProperty("data");
        Assert.Equal(("churn", "Prepare", "Request", result.Error), (Text(data, "pipeline"), Text(data, "step"), Text(data, "errorKind"), Text(data, "message")));
    }

    [Fact]
    public async Task An_event_is_logged_once_however_often_a_receiver_refuses_it()
    {
        await using EventReceiver receiver = await EventReceiver.StartAsync(_ => 500);
        using JobWorkbench bench = await Churn.BenchAsync();
        var log = new RecordingLoggers();

        await RunAsync(bench, Variables(receiver), Both, log: log);

        Assert.Equal((1, 1), (log.CountOf("Job job started: "), log.CountOf("Job job succeeded: ")));
        Assert.Equal((5, 5), (log.CountOf("that job job started: "), log.CountOf("that job job succeeded: ")));
    }

    [Fact]
    public async Task Of_a_job_that_nobody_is_told_of_the_log_has_its_failure_once_and_at_once_even_without_a_store()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(300));
        var log = new RecordingLoggers();
        var stores = new DyingStores(bench.Services().Stores, changes: 10);
        await using var runtime = new JobRuntime(bench.Services() with { Stores = stores, Loggers = log });
        // Each wait takes this clock to its end.
        var time = new JumpingTime();
        await using EmbeddedEngine engine = await EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions { JournalPath = bench.Journal }, runtime.Catalog, time, NullLoggerFactory.Instance, Stop);

        JobResult result = await engine.RunAsync(
            JobWorkbench.Request(bench.Write("churn.yaml", Churn.Pipeline("retry: { attempts: 1 }\nshards: { target_rows: 10 }"))), Stop);

        Assert.True(stores.IsDead, "The store was to break in the middle of the job.");
        Assert.Equal(JobStatus.Failed, result.Status);
        Assert.Equal((1, 1), (log.CountOf("Job job started: "), log.CountOf("Job job failed: ")));
        Assert.Equal(0, log.CountOf("could be told"));
    }

    [Theory]
    [InlineData(NotificationOptions.WebhookHostsVariable, "", "127.0.0.1", NotificationOptions.WebhookHostsVariable)]
    [InlineData(NotificationOptions.WebhookHostsVariable, "hooks.example.org", "127.0.0.1", NotificationOptions.WebhookHostsVariable)]
    [InlineData(NotificationOptions.WebhookSecretVariable, "", "signed", NotificationOptions.WebhookSecretVariable)]
    [InlineData(NotificationOptions.EventGridEndpointVariable, "", "notify.event_grid is true", NotificationOptions.EventGridEndpointVariable)]
    [InlineData("HOOK", "http://example.org/hook", "no https address", "http")]
    public async Task A_receiver_that_this_machine_may_not_send_to_is_refused_before_anything_is_scored(string variable, string value, string complaint, string remedy)
    {
        await using EventReceiver receiver = await EventReceiver.StartAsync(_ => 200);
        using JobWorkbench bench = await Churn.BenchAsync();

        JobResult result = await RunAsync(bench, Only(Variables(receiver), variable, value), Both);

        Assert.Equal((JobStatus.Failed, (ErrorKind?)ErrorKind.Request), (result.Status, result.ErrorKind));
        Assert.Contains(complaint, result.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-part", result.Error, StringComparison.Ordinal);
    }

    private static JsonElement Event(byte[] body)
    {
        JsonElement json = JsonDocument.Parse(body).RootElement;
        return json.ValueKind == JsonValueKind.Array ? json[0] : json;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static Func<string, string?> Only(Func<string, string?> variables, string name, string value) => n => n == name ? value : variables(n);

    private static Func<string, string?> Variables(EventReceiver receiver)
    {
        Dictionary<string, string> variables = new()
        {
            [NotificationOptions.EventGridEndpointVariable] = $"{receiver.Url.GetLeftPart(UriPartial.Authority)}{Topic}",
            [NotificationOptions.EventGridKeyVariable] = "the topic's key",
            [NotificationOptions.WebhookHostsVariable] = receiver.Url.Authority,
            [NotificationOptions.WebhookSecretVariable] = Secret,
            ["HOOK"] = $"{receiver.Url.GetLeftPart(UriPartial.Authority)}{Hook}",
        };
        return variables.GetValueOrDefault;
    }

    private static JobServices Services(JobWorkbench bench, Func<string, string?> variables) => bench.Services() with
    {
        EnvironmentVariable = variables,
        Notifications = NotificationOptions.Read(variables),
    };

    private static Task<JobResult> RunAsync(JobWorkbench bench, EventReceiver receiver, string notify) => RunAsync(bench, Variables(receiver), notify);

    private static async Task<JobResult> RunAsync(JobWorkbench bench, Func<string, string?> variables, string more, bool keepData = false, int run = 1, RecordingLoggers? log = null)
    {
        if (!keepData)
            bench.Write("data/customers.csv", Churn.Customers(300));
        JobRequest request = JobWorkbench.Request(bench.Write("churn.yaml", Churn.Pipeline(more + "\nshards: { target_rows: 100 }")));
        var time = new HurriedTime(50);
        JobServices services = Services(bench, variables);
        await using var runtime = new JobRuntime(log is null ? services : services with { Loggers = log });
        await using EmbeddedEngine engine = await EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions { JournalPath = bench.Journal }, runtime.Catalog, time, NullLoggerFactory.Instance, Stop);
        if (run == 1)
            return await engine.RunAsync(request, Stop);
        await engine.RetryAsync(request.JobId, Stop);
        return await engine.ResumeAsync(request.JobId, Stop);
    }

    private static JsonElement[] Records(JobWorkbench bench, string pattern) =>
        [.. Directory.GetFiles($"{bench.WorkAddress}/job/notifications", pattern).Select(f => JsonDocument.Parse(File.ReadAllBytes(f)).RootElement)];
}
