using Azure.Core;

namespace BatchFunctions.Notifications;

/// <summary>Where a machine's jobs may send events, and what they are signed with. Nothing of it stands in a pipeline.</summary>
public sealed record NotificationOptions
{
    /// <summary>The variable of <see cref="EventGridEndpoint"/>.</summary>
    public const string EventGridEndpointVariable = "BATCHFN_EVENTGRID_ENDPOINT";

    /// <summary>The variable of <see cref="EventGridKey"/>.</summary>
    public const string EventGridKeyVariable = "BATCHFN_EVENTGRID_KEY";

    /// <summary>The variable of <see cref="WebhookHosts"/>, separated by ';'.</summary>
    public const string WebhookHostsVariable = "BATCHFN_WEBHOOK_HOSTS";

    /// <summary>The variable of <see cref="WebhookSecrets"/>, separated by spaces.</summary>
    public const string WebhookSecretVariable = "BATCHFN_WEBHOOK_SECRET";

    /// <summary>The Event Grid topic's address, as <c>https://topic.region.eventgrid.azure.net/api/events</c>. Default: null.</summary>
    public string? EventGridEndpoint { get; init; }

    /// <summary>The topic's access key. Default: null, which signs in with an identity.</summary>
    public string? EventGridKey { get; init; }

    /// <summary>The identity for the topic where there is no key. Default: null, which is Azure.Identity's <c>DefaultAzureCredential</c>.</summary>
    public TokenCredential? EventGridCredential { get; init; }

    /// <summary>
    /// The hosts that webhooks may lead to: <c>hooks.example.org</c> at the scheme's own port, <c>hooks.example.org:8443</c>, or <c>*.example.org</c> for all
    /// hosts below. Default: none.
    /// </summary>
    public IReadOnlyList<string> WebhookHosts { get; init; } = [];

    /// <summary>
    /// What webhooks are signed with: text, or <c>whsec_</c> and the bytes in base64. Each of several signs, so that one can be replaced by another without
    /// a gap. Default: none.
    /// </summary>
    public IReadOnlyList<string> WebhookSecrets { get; init; } = [];

    /// <summary>How long a receiver may take to answer. Default: 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Reads the settings from variables; see <see cref="ListProblems"/> for what is wrong with them.</summary>
    /// <param name="variable">Gives a variable's value, or null where it is not set.</param>
    public static NotificationOptions Read(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return new NotificationOptions
        {
            EventGridEndpoint = Given(EventGridEndpointVariable),
            EventGridKey = Given(EventGridKeyVariable),
            WebhookHosts = (Given(WebhookHostsVariable) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            WebhookSecrets = (Given(WebhookSecretVariable) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        };

        string? Given(string name) => variable(name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>All that is wrong, each with the variable's name and what to write instead; no secret among it.</summary>
    public IReadOnlyList<string> ListProblems()
    {
        List<string> problems = [];
        if (EventGridEndpoint is { } endpoint && !(Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? uri) && WebhookAddress.IsSafe(uri)))
            problems.Add($"{EventGridEndpointVariable} is '{endpoint}', which is no https address. Copy the topic's endpoint: https://topic.region.eventgrid.azure.net/api/events.");
        foreach (string host in WebhookHosts)
            if (!WebhookAddress.IsHost(host))
                problems.Add($"{WebhookHostsVariable} has '{host}', which is no host. Write hooks.example.org, hooks.example.org:8443 or *.example.org.");
        if (WebhookSecrets.Any(s => WebhookSignature.KeyOf(s) is null or { Length: < WebhookSignature.ShortestKey }))
            problems.Add($"{WebhookSecretVariable} has a secret that is no key: write at least {WebhookSignature.ShortestKey} characters, or whsec_ and at least as many bytes in base64.");
        return problems;
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(NotificationOptions);
}
