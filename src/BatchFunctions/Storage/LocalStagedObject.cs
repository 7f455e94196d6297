namespace BatchFunctions.Storage;

/// <summary>An object in the making in a <see cref="LocalObjectStore"/>: a hidden file beside the target, renamed by the commit.</summary>
internal sealed class LocalStagedObject : StagedObject
{
    private readonly LocalObjectStore _store;
    private readonly StagingStream _stream;
    private readonly string _path;
    private bool _done;

    /// <summary>Takes over the open file at <paramref name="path"/>.</summary>
    public LocalStagedObject(LocalObjectStore store, StagingStream stream, string path)
    {
        _store = store;
        _stream = stream;
        _path = path;
    }

    /// <inheritdoc/>
    public override Stream Stream => _stream;

    /// <inheritdoc/>
    public override async Task<ObjectProperties?> CommitAsync(string key, PutCondition condition, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_done, this);
        await _stream.FlushAsync(cancellationToken);
        _stream.FlushToDisk();
        _stream.Release();
        _done = true;
        return await _store.PublishAsync(_path, key, condition, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (!_done)
        {
            _done = true;
            _stream.Release();
            _store.Discard(_path);
        }

        return ValueTask.CompletedTask;
    }
}
