using System.Globalization;
using BatchFunctions.Storage;

namespace BatchFunctions.Results;

/// <summary>
/// A part in the making. It is staged when somebody first writes to it, hashed as it is written, and named by its content; what is not committed
/// never was.
/// </summary>
/// <param name="run">The run folder's place.</param>
/// <param name="folder">The folder in it that the part waits in until it is published.</param>
/// <param name="stem">The beginning of its name.</param>
internal sealed class StagedPart(StoreLocation run, string folder, string stem = "part-") : IAsyncDisposable
{
    private StagedObject? _staged;
    private ContentHashStream? _stream;

    /// <summary>Where the content goes.</summary>
    public async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        if (_stream is not null)
            return _stream;
        _staged = await run.Store.StageAsync(run.Key(folder), cancellationToken);
        return _stream = new ContentHashStream(_staged.Stream);
    }

    /// <summary>Makes the part an object, which survives a loss of power when this returns.</summary>
    /// <param name="shard">The shard that it was written for.</param>
    /// <param name="extension">The ending of its name.</param>
    /// <param name="rows">The number of rows in it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<Part> CommitAsync(int shard, string extension, long rows, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        string hash = _stream!.Hash();
        var part = new Part(string.Create(CultureInfo.InvariantCulture, $"{stem}{shard:D5}-{hash.AsSpan(0, 16)}.{extension}"), rows, _stream.Length, hash);

        // Where the name is taken, the same content stands there already: an earlier run got as far as this.
        await _staged!.CommitAsync(run.Key($"{folder}/{part.Name}"), PutCondition.IfAbsent, cancellationToken);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        _stream?.Release();
        if (_staged is not null)
            await _staged.DisposeAsync();
    }
}
