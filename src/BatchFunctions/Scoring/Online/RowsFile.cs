using BatchFunctions.Data;
using BatchFunctions.Storage;

namespace BatchFunctions.Scoring.Online;

/// <summary>The rows of a request as the file that a reader of JSON Lines wants: one object in memory, read only.</summary>
internal sealed class RowsFile : IObjectStore
{
    private const string Key = "request";

    private ReadOnlyMemory<byte> _lines;
    private long _version;

    public string Address => "memory";

    /// <summary>Takes the place of the rows before.</summary>
    /// <param name="lines">One JSON object a line, left alone until they are read.</param>
    public SourceFile Set(ReadOnlyMemory<byte> lines)
    {
        _lines = lines;
        _version++;
        return new SourceFile(this, Key, lines.Length, Properties().ETag);
    }

    public Task<ObjectProperties?> FindAsync(string key, CancellationToken cancellationToken) => Task.FromResult<ObjectProperties?>(Properties());

    public ValueTask ReadAsync(string key, long offset, Memory<byte> buffer, string? etag, CancellationToken cancellationToken)
    {
        _lines.Slice((int)offset, buffer.Length).CopyTo(buffer);
        return ValueTask.CompletedTask;
    }

    public Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new MemoryStream(_lines.Slice((int)offset, (int)(length ?? _lines.Length - offset)).ToArray(), writable: false));

    public IAsyncEnumerable<ObjectProperties> ListAsync(string prefix, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<ObjectProperties?> PutAsync(string key, ReadOnlyMemory<byte> content, PutCondition condition, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<StagedObject> StageAsync(string folder, CancellationToken cancellationToken) => throw ReadOnly();

    public Task MoveAsync(string key, string newKey, CancellationToken cancellationToken) => throw ReadOnly();

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => throw ReadOnly();

    private static NotSupportedException ReadOnly() => new("The rows of a request are only read.");

    private ObjectProperties Properties() => new(Key, _lines.Length, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_version}"), DateTimeOffset.UnixEpoch);
}
