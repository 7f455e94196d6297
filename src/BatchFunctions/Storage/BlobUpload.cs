using System.Buffers;
using System.Globalization;
using System.Text;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace BatchFunctions.Storage;

/// <summary>Writes a blob, whole or not at all, however often the network makes the client ask again.</summary>
/// <remarks>
/// The SDK's own upload names blocks by their offset, so that two writers of one blob would mix their blocks; here every upload names
/// its own. And where an answer gets lost, the SDK asks again and is told that the condition does not hold any more, because it was
/// itself that wrote: a word in the blob's metadata tells who did.
/// </remarks>
internal sealed class BlobUpload
{
    private const int BlockBytes = 4 * 1024 * 1024;
    private const int OneRequestBytes = 2 * BlockBytes;
    private const int MaxAttempts = 5;
    private const string WriterWord = "batchfnwriter";
    private readonly BlobContainerClient _container;

    /// <summary>Writes to the blobs of a container.</summary>
    public BlobUpload(BlobContainerClient container) => _container = container;

    /// <summary>Writes all of a seekable stream as a blob.</summary>
    /// <returns>The blob, or null where the condition did not hold.</returns>
    public async Task<BlobContentInfo?> RunAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken)
    {
        var blob = _container.GetBlockBlobClient(key);
        for (var attempt = 1; ; attempt++)
        {
            var writer = Guid.NewGuid().ToString("n");
            try
            {
                content.Position = 0;
                return content.Length <= OneRequestBytes
                    ? await PutAsync(blob, content, writer, condition, cancellationToken)
                    : await PutBlocksAsync(blob, content, writer, condition, cancellationToken);
            }
            catch (RequestFailedException exception) when (IsConditional(condition) && AzureErrors.IsConditionNotMet(exception))
            {
                return await FindOwnAsync(blob, writer, cancellationToken);
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.InvalidBlockList && attempt < MaxAttempts)
            {
                // Either this was already committed and the answer got lost, or another writer committed, which drops everybody's blocks.
                if (await FindOwnAsync(blob, writer, cancellationToken) is { } own)
                    return own;
                if (condition.MustBeAbsent)
                    return null;
            }
        }
    }

    private static bool IsConditional(PutCondition condition) => condition.MustBeAbsent || condition.ETag is not null;

    private static BlobRequestConditions? Conditions(PutCondition condition) => condition switch
    {
        { MustBeAbsent: true } => new BlobRequestConditions { IfNoneMatch = ETag.All },
        { ETag: { } etag } => new BlobRequestConditions { IfMatch = new ETag(etag) },
        _ => null,
    };

    private static async Task<BlobContentInfo> PutAsync(
        BlockBlobClient blob, Stream content, string writer, PutCondition condition, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            Conditions = Conditions(condition),
            Metadata = new Dictionary<string, string> { [WriterWord] = writer },
            TransferOptions = new StorageTransferOptions { InitialTransferSize = OneRequestBytes },
        };
        return await blob.UploadAsync(content, options, cancellationToken);
    }

    private static async Task<BlobContentInfo> PutBlocksAsync(
        BlockBlobClient blob, Stream content, string writer, PutCondition condition, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (int read; (read = await content.ReadAtLeastAsync(buffer.AsMemory(0, BlockBytes), BlockBytes, false, cancellationToken)) > 0;)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{writer}-{ids.Count:d6}");
                ids.Add(Convert.ToBase64String(Encoding.ASCII.GetBytes(id)));
                using var block = new MemoryStream(buffer, 0, read, writable: false);
                await blob.StageBlockAsync(ids[^1], block, options: null, cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var options = new CommitBlockListOptions
        {
            Conditions = Conditions(condition),
            Metadata = new Dictionary<string, string> { [WriterWord] = writer },
        };
        return await blob.CommitBlockListAsync(ids, options, cancellationToken);
    }

    /// <summary>The blob where it is the one that <paramref name="writer"/> wrote, else null.</summary>
    private static async Task<BlobContentInfo?> FindOwnAsync(BlockBlobClient blob, string writer, CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties found = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            return found.Metadata.TryGetValue(WriterWord, out var last) && last == writer
                ? BlobsModelFactory.BlobContentInfo(found.ETag, found.LastModified, null, null, null, null, 0)
                : null;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }
}
