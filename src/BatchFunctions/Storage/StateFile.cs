using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BatchFunctions.Storage;

/// <summary>A small JSON object that several processes change, each only the version that it has read.</summary>
/// <param name="location">Where it is.</param>
/// <param name="type">How it is written.</param>
/// <param name="afresh">What comes of deleting it where it is damaged, for people.</param>
internal sealed class StateFile<T>(StoreLocation location, JsonTypeInfo<T> type, string afresh)
    where T : class
{
    private const int MaxAttempts = 200;

    /// <summary>The state, or null where there is none yet.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: it is damaged.</exception>
    public async Task<VersionedState<T>?> ReadAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (await location.Store.FindAsync(location.Path, cancellationToken) is not { } found)
                return null;
            byte[] bytes = new byte[found.Length];
            try
            {
                await location.Store.ReadAsync(location.Path, 0, bytes, found.ETag, cancellationToken);
            }
            catch (BatchFunctionsException exception) when (exception.Kind == ErrorKind.Integrity && attempt < MaxAttempts)
            {
                // Another process wrote in between.
                continue;
            }

            return new VersionedState<T>(Parse(bytes), found.ETag);
        }
    }

    /// <summary>Writes the state where it is still the version <paramref name="etag"/>, or where there still is none if that is null.</summary>
    /// <returns>Whether it was.</returns>
    public async Task<bool> TryWriteAsync(T value, string? etag, CancellationToken cancellationToken)
    {
        PutCondition condition = etag is null ? PutCondition.IfAbsent : PutCondition.IfMatch(etag);
        return await location.Store.PutAsync(location.Path, JsonSerializer.SerializeToUtf8Bytes(value, type), condition, cancellationToken) is not null;
    }

    /// <summary>Changes the state, again and again from its newest version until no other process comes in between.</summary>
    /// <param name="change">Makes the new state of the one that was read, null where there is none; gives the same one where nothing is to change.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The state as it is now; null where there is none and nothing was to change.</returns>
    public async Task<T?> ChangeAsync(Func<T?, Task<T?>> change, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            VersionedState<T>? read = await ReadAsync(cancellationToken);
            T? next = await change(read?.Value);
            if (next is null || ReferenceEquals(next, read?.Value) || await TryWriteAsync(next, read?.ETag, cancellationToken))
                return next;
        }

        throw new BatchFunctionsException(ErrorKind.Transient, $"{location} could not be changed: others changed it {MaxAttempts} times in between.");
    }

    private T Parse(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("it is null.");
        }
        catch (JsonException exception)
        {
            throw new BatchFunctionsException(
                ErrorKind.Integrity, $"{location} is damaged: {exception.Message} Put an older version of it back, or delete it {afresh}.", exception);
        }
    }
}
