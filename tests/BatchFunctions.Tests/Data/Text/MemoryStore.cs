using System.Globalization;
using System.Runtime.CompilerServices;
using BatchFunctions.Data;
using BatchFunctions.Storage;

namespace BatchFunctions.Tests.Data.Text;

/// <summary>Objects in memory, read only, that can answer late and can change under the reader's feet.</summary>
internal sealed class MemoryStore(bool late = false) : IObjectStore
{
    private readonly Dictionary<string, (byte[] Content, int Version)> _objects = new(StringComparer.Ordinal);

    public string Address => "memory";

    public int MaxRead { get; private set; }

    public SourceFile Add(string key, byte[] content)
    {
        _objects[key] = (content, _objects.TryGetValue(key, out var old) ? old.Version + 1 : 1);
        return new SourceFile(this, key, content.Length, ETag(key));
    }

    public Task<ObjectProperties?> FindAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult(_objects.TryGetValue(key, out var found)
            ? new ObjectProperties(key, found.Content.Length, ETag(key), DateTimeOffset.UnixEpoch)
            : null);

    public async IAsyncEnumerable<ObjectProperties> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string key in _objects.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            yield return (await FindAsync(key, cancellationToken))!;
    }

    public Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async ValueTask ReadAsync(string key, long offset, Memory<byte> buffer, string? etag, CancellationToken cancellationToken)
    {
        if (late)
            await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        MaxRead = Math.Max(MaxRead, buffer.Length);
        if (etag is not null && etag != ETag(key))
            throw new BatchFunctionsException(ErrorKind.Integrity, $"{key} has changed.");
        _objects[key].Content.AsSpan((int)offset, buffer.Length).CopyTo(buffer.Span);
    }

    public Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken cancellationToken)
    {
        byte[] content = _objects[key].Content;
        return Task.FromResult<Stream>(new MemoryStream(content, (int)offset, (int)(length ?? content.Length - offset), writable: false));
    }

    public Task<ObjectProperties?> PutAsync(string key, ReadOnlyMemory<byte> content, PutCondition condition, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<StagedObject> StageAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task MoveAsync(string key, string newKey, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException();

    private string ETag(string key) => _objects[key].Version.ToString(CultureInfo.InvariantCulture);
}
