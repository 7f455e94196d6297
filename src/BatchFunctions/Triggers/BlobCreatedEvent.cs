using System.Text.Json;
using Azure.Messaging;
using Azure.Messaging.EventGrid;
using Azure.Messaging.EventGrid.SystemEvents;

namespace BatchFunctions.Triggers;

/// <summary>A blob came to be under a name, written or renamed: what Event Grid says of it, in the schema of CloudEvents 1.0 or in its own.</summary>
/// <param name="Id">The event's id, the same each time the event is delivered.</param>
/// <param name="Address">
/// The blob's <c>https://</c> address, percent-encoded, for <see cref="ArrivalTrigger.ArrivedAsync"/>; that of the blob endpoint also where
/// the writer used the Data Lake endpoint.
/// </param>
public sealed record BlobCreatedEvent(string Id, string Address)
{
    /// <summary>Reads one event, or an array of them.</summary>
    /// <param name="json">The text as it was delivered.</param>
    /// <returns>The events that tell of a blob; those of other types, and those that tell of a file that is only being made, are left out.</returns>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the text is no event in either schema.</exception>
    public static IReadOnlyList<BlobCreatedEvent> Read(BinaryData json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return [.. Events(json).Select(Of).OfType<BlobCreatedEvent>()];
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or FormatException or InvalidOperationException)
        {
            throw new BatchFunctionsException(
                ErrorKind.Request, "The event is malformed. Have Event Grid deliver events in the schema of CloudEvents 1.0, or in its own.", exception);
        }
    }

    private static IEnumerable<(string Id, string Type, BinaryData? Data)> Events(BinaryData json) => IsCloudEvents(json)
        ? CloudEvent.ParseMany(json).Select(e => (e.Id, e.Type, e.Data))
        : EventGridEvent.ParseMany(json).Select(e => (e.Id, e.EventType, (BinaryData?)e.Data));

    private static bool IsCloudEvents(BinaryData json)
    {
        using var document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        JsonElement[] events = root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : [root];
        if (!events.All(e => e.ValueKind == JsonValueKind.Object))
            throw new JsonException("Events are objects.");
        return events.Length > 0 && events[0].TryGetProperty("specversion", out _);
    }

    private static BlobCreatedEvent? Of((string Id, string Type, BinaryData? Data) told)
    {
        string? url = told.Type switch
        {
            SystemEventNames.StorageBlobCreated => UrlOf(told.Data?.ToObjectFromJson<StorageBlobCreatedEventData>()),
            SystemEventNames.StorageBlobRenamed => told.Data?.ToObjectFromJson<StorageBlobRenamedEventData>()?.DestinationUrl,
            _ => null,
        };
        return string.IsNullOrEmpty(url) ? null : new BlobCreatedEvent(told.Id, OfBlobEndpoint(url));
    }

    // Data Lake and SFTP clients make an empty file first and write it then; its end is told by an event of its own.
    private static string? UrlOf(StorageBlobCreatedEventData? data) =>
        data is null || (data.Api is "CreateFile" or "SftpCreate" && data.ContentLength is null or 0) ? null : data.Url;

    private static string OfBlobEndpoint(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri))
            return url;
        int mark = uri.Host.IndexOf(".dfs.", StringComparison.OrdinalIgnoreCase);
        return mark < 0 ? url : url.Replace(uri.Host, string.Concat(uri.Host.AsSpan(0, mark), ".blob.", uri.Host.AsSpan(mark + 5)), StringComparison.OrdinalIgnoreCase);
    }
}
