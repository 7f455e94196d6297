namespace BatchFunctions.Storage;

/// <summary>An object in the making for an <see cref="AzureBlobObjectStore"/>: a file of this machine, uploaded by the commit.</summary>
internal sealed class AzureStagedObject : StagedObject
{
    private readonly AzureBlobObjectStore _store;
    private readonly StagingStream _stream;
    private bool _done;

    private AzureStagedObject(AzureBlobObjectStore store, StagingStream stream)
    {
        _store = store;
        _stream = stream;
    }

    /// <inheritdoc/>
    public override Stream Stream => _stream;

    /// <summary>Starts an object.</summary>
    public static AzureStagedObject Create(AzureBlobObjectStore store)
    {
        var path = Path.Combine(Path.GetTempPath(), $"batchfn-{Guid.NewGuid():n}");
        try
        {
            var stream = StagingStream.Create(path, FileOptions.DeleteOnClose);
            // Where an open file needs no name, it goes away with the process, even one that is killed.
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
            return new AzureStagedObject(store, stream);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Translate(exception, path, "cannot be written");
        }
    }

    /// <inheritdoc/>
    public override async Task<ObjectProperties?> CommitAsync(string key, PutCondition condition, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_done, this);
        await _stream.FlushAsync(cancellationToken);
        var committed = await _store.UploadAsync(key, _stream, condition, cancellationToken);
        await DisposeAsync();
        return committed;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _done = true;
        _stream.Release();
        return ValueTask.CompletedTask;
    }
}
