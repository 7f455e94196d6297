using Azure;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Messaging;
using Azure.Messaging.EventGrid;

namespace BatchFunctions.Notifications;

/// <summary>Sends events to an Event Grid topic that takes CloudEvents 1.0.</summary>
internal sealed class EventGridChannel : INotificationChannel
{
    private readonly EventGridPublisherClient _client;
    private readonly string _host;

    /// <summary>Prepares a client; nothing is sent yet.</summary>
    /// <param name="options">Which topic, and how to sign in.</param>
    /// <param name="http">What requests go through.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: no topic is configured, or not properly.</exception>
    public EventGridChannel(NotificationOptions options, HttpClient http)
    {
        Uri endpoint = EndpointOf(options);
        _host = endpoint.Host;

        // Tries are the engine's, so that they outlive this process.
        var clientOptions = new EventGridPublisherClientOptions { Transport = new HttpClientTransport(http), Retry = { MaxRetries = 0, NetworkTimeout = options.Timeout } };
        _client = options.EventGridKey is { } key
            ? new EventGridPublisherClient(endpoint, new AzureKeyCredential(key), clientOptions)
            : new EventGridPublisherClient(endpoint, options.EventGridCredential ?? new DefaultAzureCredential(), clientOptions);
    }

    /// <inheritdoc/>
    public string Name => "event_grid";

    /// <summary>The topic of a configuration.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: none is configured, or not properly.</exception>
    public static Uri EndpointOf(NotificationOptions options)
    {
        if (options.EventGridEndpoint is not { } text)
            throw new BatchFunctionsException(ErrorKind.Request, $"notify.event_grid is true, and no topic is configured. Set {NotificationOptions.EventGridEndpointVariable} to the topic's endpoint, and {NotificationOptions.EventGridKeyVariable} to its key unless you sign in with an identity; or remove the key from the pipeline.");
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? endpoint) && WebhookAddress.IsSafe(endpoint)
            ? endpoint
            : throw new BatchFunctionsException(ErrorKind.Request, string.Join(" ", options.ListProblems()));
    }

    /// <inheritdoc/>
    public async Task SendAsync(CloudEvent message, CancellationToken cancellationToken)
    {
        try
        {
            await _client.SendEventAsync(message, cancellationToken);
        }
        catch (RequestFailedException refusal)
        {
            throw new BatchFunctionsException(ErrorKind.Transient, $"The Event Grid topic at {_host} {(refusal.Status == 0 ? "could not be reached" : FormattableString.Invariant($"answered {refusal.Status} {refusal.ErrorCode}"))}.", refusal);
        }
        catch (AuthenticationFailedException refusal)
        {
            throw new BatchFunctionsException(ErrorKind.Transient, $"No identity signs in to the Event Grid topic at {_host}. Give this machine one with the role EventGrid Data Sender, or set {NotificationOptions.EventGridKeyVariable}.", refusal);
        }
        catch (Exception failure) when (failure is OperationCanceledException or HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw new BatchFunctionsException(ErrorKind.Transient, $"The Event Grid topic at {_host} did not answer.", failure);
        }
    }
}
