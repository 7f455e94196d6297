using Azure.Storage.Blobs;
using BatchFunctions.Api;
using BatchFunctions.FunctionApp.Durable;
using BatchFunctions.Triggers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace BatchFunctions.FunctionApp.Functions;

/// <summary>What starts jobs without being asked: the clock, and files that arrive.</summary>
/// <param name="hub">Takes the client that the functions are given.</param>
/// <param name="schedules">Starts what is due by the pipelines' schedules.</param>
/// <param name="arrivals">Starts jobs for files that arrived.</param>
/// <param name="condition">Told whether looking for due jobs works, for the host's health.</param>
public sealed class TriggerFunctions(TaskHub hub, ScheduleTrigger schedules, ArrivalTrigger arrivals, HostCondition condition)
{
    /// <summary>Looks, at every tick of <c>BATCHFN_TICK</c>, for jobs that have come due. A missed tick is made up for by the next.</summary>
    [Function("StartDueJobs")]
    public async Task StartDueJobsAsync(
        [TimerTrigger("%BATCHFN_TICK%", UseMonitor = false)] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        hub.Client = client;
        await Task.WhenAll(
            ReportAsync("schedules", schedules.StartDueAsync(cancellationToken)), ReportAsync("arrivals", arrivals.StartDueAsync(cancellationToken)));
    }

    /// <summary>Takes up a blob that Event Grid tells of, in the schema of CloudEvents or its own. A failure has it told again.</summary>
    [Function("BlobCreated")]
    public async Task TakeUpCreatedBlobAsync(
        [EventGridTrigger] BinaryData blobEvent, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        hub.Client = client;
        foreach (var created in BlobCreatedEvent.Read(blobEvent))
            await arrivals.ArrivedAsync(created.Address, cancellationToken);
    }

    /// <summary>
    /// Takes up a blob that polling has found: for Azurite, which sends no events. It looks at the account of <c>AzureWebJobsStorage</c>.
    /// The binding is a client, so that nothing is downloaded.
    /// </summary>
    [Function("BlobFound")]
    public async Task TakeUpFoundBlobAsync(
        [BlobTrigger("%BATCHFN_ARRIVAL_CONTAINER%/{name}")] BlobClient blob,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        hub.Client = client;
        await arrivals.ArrivedAsync($"azure://{blob.BlobContainerName}/{blob.Name}", cancellationToken);
    }

    private async Task ReportAsync(string part, Task look)
    {
        try
        {
            await look;
            condition.Report(part, isWell: true);
        }
        catch
        {
            condition.Report(part, isWell: false);
            throw;
        }
    }
}
