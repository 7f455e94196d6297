using System.Text.Json;
using Azure.Messaging;
using BatchFunctions.Pipelines;
using BatchFunctions.Pipelines.Loading;
using BatchFunctions.Planning;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Notifications;

/// <summary>Sends the events of jobs to those whom their pipelines name, each once for each receiver, and writes down what became of it.</summary>
internal sealed class Notifier : IDisposable
{
    private readonly JobServices _services;
    private readonly HttpClient _http;

    /// <summary>Makes a notifier; nothing is reached for yet.</summary>
    public Notifier(JobServices services)
    {
        _services = services;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = services.Notifications.Timeout / 2,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = services.Notifications.Timeout,
        };
    }

    /// <summary>Refuses a pipeline whose receivers this machine cannot, or may not, send to.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: what is missing, and where it is set.</exception>
    public static void Require(NotifyDefinition? notify, NotificationOptions options)
    {
        if (notify is { EventGrid: true })
            EventGridChannel.EndpointOf(options);
        if (notify?.Webhook is { } webhook)
            WebhookChannel.Require(webhook, options);
    }

    /// <summary>Whether a pinned pipeline names anybody who is told of its jobs.</summary>
    /// <param name="pipelineJson">The pipeline as it is pinned.</param>
    public static bool HasReceivers(string pipelineJson) => ReceiversIn(pipelineJson) is { EventGrid: true } or { Webhook: not null };

    /// <summary>Sends an event to those who have not got it yet.</summary>
    /// <param name="what">The event.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    /// <returns>How many receivers have it now that had not.</returns>
    /// <exception cref="BatchFunctionsException">A receiver did not take it, which is written down. Another try goes on with those who have not got it.</exception>
    public async Task<int> SendAsync(JobEvent what, CancellationToken cancellationToken)
    {
        JobDefinition? job = what.WorkFolder is null ? null : await _services.WorkFolderOf(what.JobId).FindJobAsync(cancellationToken);
        (string? pipeline, NotifyDefinition? notify) = await FindReceiversAsync(what, job, cancellationToken);
        if (notify is null or { EventGrid: false, Webhook: null })
            return 0;

        var log = new DeliveryLog(_services.WorkFolderOf(what.JobId).Location);
        CloudEvent message = JobCloudEvent.Of(what, pipeline, job);
        Task<bool>[] sending =
        [
            .. notify.EventGrid ? (Task<bool>[])[SendAsync("event_grid", () => new EventGridChannel(_services.Notifications, _http), what, message, log, cancellationToken)] : [],
            .. notify.Webhook is { } webhook
                ? (Task<bool>[])[SendAsync("webhook", () => new WebhookChannel(webhook, _services.Notifications, _http, _services.Time), what, message, log, cancellationToken)]
                : [],
        ];
        return (await Task.WhenAll(sending)).Count(isNew => isNew);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<bool> SendAsync(
        string channel, Func<INotificationChannel> open, JobEvent what, CloudEvent message, DeliveryLog log, CancellationToken cancellationToken)
    {
        string name = FormattableString.Invariant($"{what.Run}-{what.Name}-{channel}");
        if (await log.IsDeliveredAsync(name, cancellationToken))
            return false;
        var record = new DeliveryRecord
        {
            Id = message.Id,
            Event = what.Name,
            Channel = channel,
            At = _services.Time.GetUtcNow(),
            FailedAttempts = await log.CountFailuresAsync(name, cancellationToken),
        };
        try
        {
            await open().SendAsync(message, cancellationToken);
        }
        catch (BatchFunctionsException failure)
        {
            await log.PutFailedAsync(name, record with { FailedAttempts = record.FailedAttempts + 1, Error = failure.Message }, cancellationToken);
            throw;
        }

        await log.AddDeliveredAsync(name, record with { At = _services.Time.GetUtcNow() }, cancellationToken);
        return true;
    }

    // A job keeps the pipeline that it was pinned to. Of one that could not be prepared nothing is kept, and its file says whom to tell.
    private async Task<(string? Pipeline, NotifyDefinition? Notify)> FindReceiversAsync(JobEvent what, JobDefinition? job, CancellationToken cancellationToken)
    {
        if (job is not null)
            return (job.Pipeline.Name, NotifyOf(job.PipelineJson));
        if (what.Request is not { } request)
            return (null, null);
        try
        {
            StoreLocation file = _services.Stores.Resolve(request.Pipeline, _services.BaseFolder);
            PipelineDocument document = PipelineLoader.Read(await PipelineFile.ReadTextAsync(file, cancellationToken), request.Pipeline, _services.EnvironmentVariable);
            return (document.Definition.Name, document.Definition.Notify);
        }
        catch (BatchFunctionsException unreadable) when (unreadable.Kind == ErrorKind.Request)
        {
            return (request.PipelineName, null);
        }
    }

    // The address may be a secret, so that the pinned pipeline has only the variable's name.
    private NotifyDefinition? NotifyOf(string pipelineJson)
    {
        NotifyDefinition? pinned = ReceiversIn(pipelineJson);
        if (pinned?.Webhook is not { } address)
            return pinned;
        string webhook = EnvironmentTemplate.Fill(EnvironmentTemplate.Shield(address), _services.EnvironmentVariable, static _ => { }).Value;
        return pinned with { Webhook = webhook.Length == 0 ? null : webhook };
    }

    private static NotifyDefinition? ReceiversIn(string pipelineJson)
    {
        using var json = JsonDocument.Parse(pipelineJson);
        if (!json.RootElement.TryGetProperty("notify", out JsonElement notify) || notify.ValueKind != JsonValueKind.Object)
            return null;
        string? webhook = notify.TryGetProperty("webhook", out JsonElement address) && address.ValueKind == JsonValueKind.String ? address.GetString() : null;
        return new NotifyDefinition
        {
            EventGrid = notify.TryGetProperty("event_grid", out JsonElement eventGrid) && eventGrid.ValueKind == JsonValueKind.True,
            Webhook = string.IsNullOrEmpty(webhook) ? null : webhook,
        };
    }
}
