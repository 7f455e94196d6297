using System.Text.Json;
using BatchFunctions.Data;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;

namespace BatchFunctions.Scoring;

/// <summary>Tells of records that were written down anew for a reprocess which records of the input they are.</summary>
internal sealed class RecordOrigins
{
    private SnapshotOrigin? _origin;
    private long[] _numbers = [];

    /// <summary>Learns what a file has, unless it is the one at hand.</summary>
    public async ValueTask LoadAsync(IObjectStore store, SnapshotOrigin origin, CancellationToken cancellationToken)
    {
        if (origin == _origin)
            return;
        byte[] bytes = await store.FindBytesAsync(origin.Records, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"{new StoreLocation(store, origin.Records)} is gone, which says which records are scored again. Start the reprocess again.");
        _numbers = JsonSerializer.Deserialize(bytes, WorkJson.Default.Int64Array)!;
        _origin = origin;
    }

    /// <summary>Tells a batch of that file which records it has.</summary>
    /// <param name="batch">The batch as it was read.</param>
    /// <param name="source">The format of the input itself.</param>
    public void Fill(RecordBatch batch, FileFormat source)
    {
        RawForm? form = _origin!.Header is null && _origin.Format == source ? null : new RawForm(_origin.Format, _origin.Header);
        batch.SetOrigin(_numbers.AsMemory((int)batch.FirstRecord, batch.RowCount), form);
    }
}
