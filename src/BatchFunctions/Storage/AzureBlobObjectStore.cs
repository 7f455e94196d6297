using System.Runtime.InteropServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace BatchFunctions.Storage;

/// <summary>
/// Objects as block blobs of a container. The container is made by the first write where it does not exist; until then it is an empty
/// store. Names that start with '.' are no objects, as in every store.
/// </summary>
public sealed class AzureBlobObjectStore : IObjectStore
{
    private const string FolderMark = "hdi_isfolder";
    private static readonly TimeSpan CopyPoll = TimeSpan.FromMilliseconds(200);
    private readonly BlobContainerClient _container;
    private readonly BlobUpload _upload;

    /// <summary>A store of the blobs in a container.</summary>
    /// <param name="container">The container's client, with its credential and its retries.</param>
    public AzureBlobObjectStore(BlobContainerClient container)
    {
        ArgumentNullException.ThrowIfNull(container);
        _container = container;
        _upload = new BlobUpload(container);
        Address = $"azure://{container.Name}";
    }

    /// <inheritdoc/>
    public string Address { get; }

    private Uri Endpoint => new(_container.Uri.GetLeftPart(UriPartial.Path));

    /// <inheritdoc/>
    public async Task<ObjectProperties?> FindAsync(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Validate(key, Address);
        try
        {
            BlobProperties found = await _container.GetBlobClient(key).GetPropertiesAsync(cancellationToken: cancellationToken);
            return found.Metadata.ContainsKey(FolderMark)
                ? null
                : new ObjectProperties(key, found.ContentLength, Word(found.ETag), found.LastModified);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
        catch (Exception exception) when (AzureErrors.IsServiceError(exception, cancellationToken))
        {
            throw Translate(exception, key, "cannot be read");
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectProperties> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        ObjectKey.ValidatePrefix(prefix, Address);
        return ListSortedAsync(prefix, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken)
    {
        ObjectKey.ValidatePrefix(folder, Address);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        try
        {
            var options = new GetBlobsByHierarchyOptions { Delimiter = "/", Prefix = folder };
            await foreach (var item in _container.GetBlobsByHierarchyAsync(options, cancellationToken))
                if (item.IsPrefix && item.Prefix[folder.Length..].TrimEnd('/') is [not '.', ..] name)
                    names.Add(name);
        }
        catch (RequestFailedException exception) when (AzureErrors.IsContainerMissing(exception))
        {
            return [];
        }
        catch (Exception exception) when (AzureErrors.IsServiceError(exception, cancellationToken))
        {
            throw Translate(exception, folder, "cannot be listed");
        }

        return [.. names];
    }

    /// <inheritdoc/>
    public async ValueTask ReadAsync(string key, long offset, Memory<byte> buffer, string? etag, CancellationToken cancellationToken)
    {
        await using var stream = await OpenReadAsync(key, offset, buffer.Length, etag, cancellationToken);
        await stream.ReadExactlyAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        ObjectKey.Validate(key, Address);
        if (length == 0)
            return await OpenNothingAsync(key, offset, etag, cancellationToken);
        try
        {
            var options = new BlobDownloadOptions
            {
                Range = offset == 0 && length is null ? default : new HttpRange(offset, length),
                Conditions = etag is null ? null : new BlobRequestConditions { IfMatch = new ETag(etag) },
            };
            BlobDownloadStreamingResult download = await _container.GetBlobClient(key).DownloadStreamingAsync(options, cancellationToken);
            var available = download.Details.ContentLength;
            if (available < length)
            {
                download.Dispose();
                throw TooShort(key, offset + length.Value);
            }

            return new AzureReadStream(
                download.Content,
                available,
                exception => Translate(exception, key, "cannot be read"),
                () => TooShort(key, offset + available));
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.InvalidRange && length is null)
        {
            return await OpenNothingAsync(key, offset, etag, cancellationToken);
        }
        catch (Exception exception) when (AzureErrors.IsServiceError(exception, cancellationToken))
        {
            throw Translate(exception, key, "cannot be read");
        }
    }

    /// <inheritdoc/>
    public async Task<ObjectProperties?> PutAsync(
        string key, ReadOnlyMemory<byte> content, PutCondition condition, CancellationToken cancellationToken)
    {
        var bytes = MemoryMarshal.TryGetArray(content, out var segment) ? segment : new ArraySegment<byte>(content.ToArray());
        using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        return await UploadAsync(key, stream, condition, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StagedObject> StageAsync(string folder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentNullException.ThrowIfNull(folder);
        var trimmed = folder.TrimEnd('/');
        if (trimmed.Length > 0)
            ObjectKey.ValidateForWriting(trimmed, Address);
        return Task.FromResult<StagedObject>(AzureStagedObject.Create(this));
    }

    /// <inheritdoc/>
    public async Task MoveAsync(string key, string newKey, CancellationToken cancellationToken)
    {
        ObjectKey.ValidateForWriting(newKey, Address);
        var found = await FindAsync(key, cancellationToken);
        if (found is null)
        {
            if (await FindAsync(newKey, cancellationToken) is not null)
                return;
            throw Missing(key, "cannot be moved");
        }

        if (key == newKey)
            return;
        try
        {
            var source = _container.GetBlobClient(key);
            var options = new BlobCopyFromUriOptions { SourceConditions = new BlobRequestConditions { IfMatch = new ETag(found.ETag) } };
            var copy = await _container.GetBlobClient(newKey).StartCopyFromUriAsync(source.Uri, options, cancellationToken);
            await copy.WaitForCompletionAsync(CopyPoll, cancellationToken);
            await source.DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken);
        }
        catch (Exception exception) when (AzureErrors.IsServiceError(exception, cancellationToken))
        {
            // Another run of the same move may have been quicker.
            if (await FindAsync(key, cancellationToken) is null && await FindAsync(newKey, cancellationToken) is not null)
                return;
            throw Translate(exception, key, "cannot be moved");
        }
    }

    /// <inheritdoc/>
    public async Task CopyAsync(IObjectStore source, string sourceKey, string key, CancellationToken cancellationToken)
    {
        ObjectKey.ValidateForWriting(key, Address);
        if (await FindAsync(key, cancellationToken) is not null)
            return;
        var from = source as AzureBlobObjectStore;
        if (from?._container.AccountName != _container.AccountName)
        {
            await this.CopyThroughAsync(source, sourceKey, key, cancellationToken);
            return;
        }

        try
        {
            var options = new BlobCopyFromUriOptions { DestinationConditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            var copy = await _container.GetBlobClient(key).StartCopyFromUriAsync(from._container.GetBlobClient(sourceKey).Uri, options, cancellationToken);
            await copy.WaitForCompletionAsync(CopyPoll, cancellationToken);
        }
        catch (Exception exception) when (AzureErrors.IsServiceError(exception, cancellationToken))
        {
            if (await FindAsync(key, cancellationToken) is not null)
                return;
            if (await from.FindAsync(sourceKey, cancellationToken) is null)
                throw from.Missing(sourceKey, "cannot be copied");
            await this.CopyThroughAsync(source, sourceKey, key, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Validate(key, Address);
        try
        {
            await _container.GetBlobClient(key).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException exception) when (AzureErrors.IsContainerMissing(exception))
        {
            // Nothing is there to delete.
        }
        catch (Exception exception) when (AzureErrors.IsServiceError(exception, cancellationToken))
        {
            throw Translate(exception, key, "cannot be deleted");
        }
    }

    /// <summary>Makes all of a seekable stream an object.</summary>
    internal async Task<ObjectProperties?> UploadAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken)
    {
        ObjectKey.ValidateForWriting(key, Address);
        try
        {
            BlobContentInfo? written;
            try
            {
                written = await _upload.RunAsync(key, content, condition, cancellationToken);
            }
            catch (RequestFailedException exception) when (AzureErrors.IsContainerMissing(exception))
            {
                if (condition.ETag is not null)
                    return null;
                await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
                written = await _upload.RunAsync(key, content, condition, cancellationToken);
            }

            return written is null ? null : new ObjectProperties(key, content.Length, Word(written.ETag), written.LastModified);
        }
        catch (Exception exception) when (AzureErrors.IsServiceError(exception, cancellationToken))
        {
            throw Translate(exception, key, "cannot be written");
        }
    }

    private static string Word(ETag etag) => etag.ToString("H").Trim('"');

    private async IAsyncEnumerable<ObjectProperties> ListSortedAsync(
        string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var objects = await ListUnsortedAsync(prefix, cancellationToken);
        // Accounts with hierarchical namespaces and characters beyond the first plane come in other orders.
        objects.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        foreach (var item in objects)
            yield return item;
    }

    private async Task<List<ObjectProperties>> ListUnsortedAsync(string prefix, CancellationToken cancellationToken)
    {
        var nameStart = prefix.LastIndexOf('/') + 1;
        var objects = new List<ObjectProperties>();
        try
        {
            var options = new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = prefix };
            await foreach (var blob in _container.GetBlobsAsync(options, cancellationToken))
            {
                if (ObjectKey.HasHiddenName(blob.Name, nameStart) || blob.Metadata.ContainsKey(FolderMark))
                    continue;
                var properties = blob.Properties;
                objects.Add(new ObjectProperties(
                    blob.Name, properties.ContentLength ?? 0, Word(properties.ETag ?? default), properties.LastModified ?? default));
            }
        }
        catch (RequestFailedException exception) when (AzureErrors.IsContainerMissing(exception))
        {
            return [];
        }
        catch (Exception exception) when (AzureErrors.IsServiceError(exception, cancellationToken))
        {
            throw Translate(exception, prefix, "cannot be listed");
        }

        return objects;
    }

    /// <summary>What reading no byte at <paramref name="offset"/> gives: the service cannot be asked for an empty range.</summary>
    private async Task<Stream> OpenNothingAsync(string key, long offset, string? etag, CancellationToken cancellationToken)
    {
        var found = await FindAsync(key, cancellationToken)
            ?? throw Missing(key, "cannot be read");
        if (etag is not null && found.ETag != etag)
            throw Translate(new RequestFailedException(412, "", BlobErrorCode.ConditionNotMet.ToString(), null), key, "cannot be read");
        return offset > found.Length ? throw TooShort(key, offset) : Stream.Null;
    }

    private BatchFunctionsException TooShort(string key, long end) => new(
        ErrorKind.Integrity,
        $"{Name(key)} cannot be read up to byte {end}: it is shorter. It is truncated; put the whole file there and start a new job.");

    private BatchFunctionsException Missing(string key, string doing) =>
        Translate(new RequestFailedException(404, "", BlobErrorCode.BlobNotFound.ToString(), null), key, doing);

    private BatchFunctionsException Translate(Exception exception, string key, string doing) =>
        AzureErrors.Translate(exception, Endpoint, Name(key), doing);

    private string Name(string key) => new StoreLocation(this, key).ToString();
}
