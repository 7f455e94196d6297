using System.Text.Json;
using BatchFunctions.Storage;

namespace BatchFunctions.Notifications;

/// <summary>What was delivered, in the job's work folder, so that an event that was delivered is never sent again.</summary>
/// <param name="work">The job's work folder.</param>
internal sealed class DeliveryLog(StoreLocation work)
{
    private readonly StoreLocation _folder = work.Below("notifications");

    /// <summary>Whether an event was delivered.</summary>
    public async Task<bool> IsDeliveredAsync(string name, CancellationToken cancellationToken) =>
        await _folder.Store.FindAsync(DeliveredKey(name), cancellationToken) is not null;

    /// <summary>How often an event was tried without success.</summary>
    public async Task<int> CountFailuresAsync(string name, CancellationToken cancellationToken)
    {
        if (await _folder.Store.FindBytesAsync(FailedKey(name), cancellationToken) is not { } bytes)
            return 0;
        try
        {
            return JsonSerializer.Deserialize(bytes, NotificationJson.Default.DeliveryRecord)?.FailedAttempts ?? 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    /// <summary>Writes down that an event was delivered; the first record stays.</summary>
    public Task AddDeliveredAsync(string name, DeliveryRecord record, CancellationToken cancellationToken) =>
        _folder.Store.PutAsync(DeliveredKey(name), BytesOf(record), PutCondition.IfAbsent, cancellationToken);

    /// <summary>Writes down that an event was not delivered, in place of the try before.</summary>
    public Task PutFailedAsync(string name, DeliveryRecord record, CancellationToken cancellationToken) =>
        _folder.Store.PutAsync(FailedKey(name), BytesOf(record), PutCondition.None, cancellationToken);

    private static byte[] BytesOf(DeliveryRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, NotificationJson.Default.DeliveryRecord);

    private string DeliveredKey(string name) => _folder.Key($"{name}.delivered.json");

    private string FailedKey(string name) => _folder.Key($"{name}.failed.json");
}
