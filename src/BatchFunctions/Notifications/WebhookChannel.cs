using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Messaging;

namespace BatchFunctions.Notifications;

/// <summary>Posts events to an address: CloudEvents 1.0 as JSON, signed.</summary>
internal sealed class WebhookChannel : INotificationChannel
{
    private readonly Uri _address;
    private readonly NotificationOptions _options;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <summary>Checks the address; nothing is sent yet.</summary>
    /// <param name="address">The address.</param>
    /// <param name="options">Which hosts are allowed, and what requests are signed with.</param>
    /// <param name="http">What requests go through; it follows no redirects.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the address is not allowed, or there is nothing to sign with.</exception>
    public WebhookChannel(string address, NotificationOptions options, HttpClient http, TimeProvider time)
    {
        _address = Require(address, options);
        (_options, _http, _time) = (options, http, time);
    }

    /// <inheritdoc/>
    public string Name => "webhook";

    /// <summary>An address that events may be posted to.</summary>
    /// <param name="address">The address; only its host is ever shown, since the rest may be a secret.</param>
    /// <param name="options">Which hosts are allowed, and what requests are signed with.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: it is not allowed, or there is nothing to sign with.</exception>
    public static Uri Require(string address, NotificationOptions options)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || !WebhookAddress.IsSafe(uri))
            throw new BatchFunctionsException(ErrorKind.Request, "notify.webhook is no https address. http is for receivers on this machine alone.");
        if (!WebhookAddress.IsAllowed(uri, options.WebhookHosts))
            throw new BatchFunctionsException(ErrorKind.Request, $"notify.webhook leads to {uri.Authority}, and {NotificationOptions.WebhookHostsVariable} does not have that host. Whoever runs this machine adds it there, separated by ';'.");
        if (options.WebhookSecrets.Count == 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"Webhooks are signed, and {NotificationOptions.WebhookSecretVariable} is not set. Set it to a secret of at least {WebhookSignature.ShortestKey} characters that the receiver knows too.");
        return options.ListProblems() is [] ? uri : throw new BatchFunctionsException(ErrorKind.Request, string.Join(" ", options.ListProblems()));
    }

    /// <inheritdoc/>
    public async Task SendAsync(CloudEvent message, CancellationToken cancellationToken)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(message);
        DateTimeOffset sent = _time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json", "utf-8");
        request.Headers.Add(WebhookSignature.IdHeader, message.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, sent.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, string.Join(' ', _options.WebhookSecrets.Select(s => WebhookSignature.Of(s, message.Id, sent, body))));
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
                return;
            string what = (int)response.StatusCode is >= 300 and < 400 ? "a redirect, which is not followed. Write the address that it leads to" : $"{(int)response.StatusCode} {response.ReasonPhrase}";
            throw new BatchFunctionsException(ErrorKind.Transient, FormattableString.Invariant($"The webhook on {_address.Authority} answered {what}."));
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException && !cancellationToken.IsCancellationRequested)
        {
            // Without the inner message, which may quote the address.
            string how = failure is OperationCanceledException ? FormattableString.Invariant($"did not answer within {_options.Timeout.TotalSeconds:0.#} s") : "could not be reached";
            throw new BatchFunctionsException(ErrorKind.Transient, $"The webhook on {_address.Authority} {how}.");
        }
    }
}
