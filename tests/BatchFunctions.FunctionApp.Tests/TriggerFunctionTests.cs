using System.Text.Json;
using Azure.Storage.Blobs;
using BatchFunctions.Api;
using BatchFunctions.FunctionApp.Functions;
using BatchFunctions.TestSupport;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace BatchFunctions.FunctionApp.Tests;

public sealed class TriggerFunctionTests(AzuriteFixture azurite) : IDisposable
{
    private const string Scheduled = """
        name: nightly
        source: { path: "customers.csv", id: user_id }
        model: churn@1.0.0
        output: { path: scored }
        trigger: { schedule: "0 * * * * *" }
        """;

    private const string Arriving = """
        name: incoming
        source: { path: "SOURCE", id: user_id }
        model: churn@1.0.0
        output: { path: scored }
        trigger: { arrival: { min_files: 1 } }
        """;

    private readonly AppUnderTest _app = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IReadOnlyList<string> Troubles => _app.Services.GetRequiredService<HostCondition>().Troubles;

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_tick_starts_what_is_due_and_the_next_one_nothing_twice()
    {
        _app.Write("pipelines/nightly.yaml", Scheduled);
        var functions = _app.Make<TriggerFunctions>();
        await functions.StartDueJobsAsync(new TimerInfo(), _app.Hub.Client, Cancel);
        _app.Time.Advance(TimeSpan.FromMinutes(1));

        await functions.StartDueJobsAsync(new TimerInfo(), _app.Hub.Client, Cancel);
        await functions.StartDueJobsAsync(new TimerInfo(), _app.Hub.Client, Cancel);

        Assert.Equal(["nightly-20260208-020100"], _app.Hub.Scheduled);
        Assert.Empty(Troubles);
    }

    [Fact]
    public async Task A_tick_that_fails_shows_in_the_hosts_health_until_one_goes_well()
    {
        _app.Write("pipelines/nightly.yaml", Scheduled);
        var functions = _app.Make<TriggerFunctions>();
        await functions.StartDueJobsAsync(new TimerInfo(), _app.Hub.Client, Cancel);
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        _app.Hub.Meanwhile = () => throw new HttpRequestException("Connection refused.");

        await Assert.ThrowsAsync<BatchFunctionsException>(() => functions.StartDueJobsAsync(new TimerInfo(), _app.Hub.Client, Cancel));
        Assert.Equal(["schedules"], Troubles);

        _app.Hub.Meanwhile = () => { };
        await functions.StartDueJobsAsync(new TimerInfo(), _app.Hub.Client, Cancel);
        Assert.Equal(["nightly-20260208-020100"], _app.Hub.Scheduled);
        Assert.Empty(Troubles);
    }

    [Theory]
    [InlineData("Microsoft.Storage.BlobDeleted")]
    [InlineData("Microsoft.EventGrid.SubscriptionValidationEvent")]
    public async Task An_event_that_tells_of_no_new_blob_is_let_go(string type)
    {
        await _app.Make<TriggerFunctions>().TakeUpCreatedBlobAsync(Event(type, "https://a.blob.core.windows.net/in/x.csv"), _app.Hub.Client, Cancel);

        Assert.Empty(_app.Hub.Scheduled);
    }

    [Fact]
    public async Task What_is_no_event_is_refused_so_that_whoever_sends_it_hears_of_it()
    {
        var failure = await Assert.ThrowsAsync<BatchFunctionsException>(
            () => _app.Make<TriggerFunctions>().TakeUpCreatedBlobAsync(new BinaryData("[1]"), _app.Hub.Client, Cancel));

        Assert.Equal(ErrorKind.Request, failure.Kind);
    }

    [Fact]
    public async Task A_blob_found_by_polling_and_told_of_three_times_starts_one_job()
    {
        var container = await azurite.CreateContainerAsync(Cancel);
        var root = $"azure://{container.Name}";
        using var app = new AppUnderTest(root, await azurite.GetConnectionStringAsync());
        await UploadAsync(container, "pipelines/incoming.yaml", Arriving.Replace("SOURCE", $"{root}/in/*.csv", StringComparison.Ordinal));
        var blob = await UploadAsync(container, "in/März 100%.csv", "user_id\n1\n");
        var functions = app.Make<TriggerFunctions>();

        await functions.TakeUpFoundBlobAsync(blob, app.Hub.Client, Cancel);
        for (var i = 0; i < 3; i++)
            await functions.TakeUpCreatedBlobAsync(Event("Microsoft.Storage.BlobCreated", blob.Uri.AbsoluteUri), app.Hub.Client, Cancel);

        Assert.Single(app.Hub.Scheduled);
    }

    private static BinaryData Event(string type, string url) => new(JsonSerializer.Serialize(new
    {
        specversion = "1.0",
        id = "e1",
        source = "/test",
        type,
        data = new { api = "PutBlob", url },
    }));

    private static async Task<BlobClient> UploadAsync(BlobContainerClient container, string name, string content)
    {
        var blob = container.GetBlobClient(name);
        await blob.UploadAsync(new BinaryData(content), Cancel);
        return blob;
    }
}
