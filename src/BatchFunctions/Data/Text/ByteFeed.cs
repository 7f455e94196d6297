using System.IO.Compression;
using BatchFunctions.Storage;

namespace BatchFunctions.Data.Text;

/// <summary>
/// Reads a text chunk by chunk into two buffers that take turns: while one is worked on, the other is being filled where that takes time. What
/// is not yet consumed is carried over in front of the next chunk, so that the bytes at hand are always contiguous.
/// </summary>
internal sealed class ByteFeed : IAsyncDisposable
{
    /// <summary>The bytes before <see cref="Start"/> and behind <see cref="End"/> that can be read in every buffer, their content undefined.</summary>
    public const int Slack = ByteMasks.Block;

    private readonly int _chunkBytes;
    private readonly bool _ahead;
    private readonly byte[] _heldBytes = new byte[EndMarkedGzip.Mark.Length];
    private Task<int>? _fetch;
    private SourceFile? _file;
    private ObjectReader? _object;
    private byte[] _next = [];
    private int _nextHead;
    private int _headroom;
    private int _fetched;
    private int _held;
    private bool _fetchedAlready;
    private bool _hasFailed;
    private bool _comesLate;
    private long _position;
    private long _remaining;
    private long _skip;
    private Stream? _stream;

    /// <summary>Makes a feed that reads <paramref name="chunkBytes"/> at a time, one chunk ahead where <paramref name="ahead"/> says so and the store does not answer at once.</summary>
    public ByteFeed(int chunkBytes, bool ahead) => (_chunkBytes, _ahead, _headroom) = (chunkBytes, ahead, Math.Min(chunkBytes, 1 << 18));

    /// <summary>The buffer at hand.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>The position in <see cref="Bytes"/> of the first byte that is not consumed.</summary>
    public int Start { get; private set; }

    /// <summary>The position behind the last byte at hand.</summary>
    public int End { get; private set; }

    /// <summary>The position in the text of the first byte of <see cref="Bytes"/>; it may be negative.</summary>
    public long Offset { get; private set; }

    /// <summary>The bytes at hand.</summary>
    public int Length => End - Start;

    /// <summary>Whether <paramref name="file"/> is compressed, by its name.</summary>
    public static bool IsCompressed(SourceFile file) => file.Key.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Goes to a place in a text; no byte is at hand yet.</summary>
    /// <param name="file">The file; where it is compressed, its text is what it decompresses to.</param>
    /// <param name="start">The first byte of the text to read.</param>
    /// <param name="length">How many bytes to read; a compressed text is always read to its end.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public async ValueTask OpenAsync(SourceFile file, long start, long length, CancellationToken cancellationToken)
    {
        await CloseAsync();
        _file = file;
        (_position, _remaining, _skip) = (start, length, 0);
        if (IsCompressed(file))
        {
            Stream compressed = await file.Store.OpenReadAsync(file.Key, 0, null, file.ETag, cancellationToken);
            _stream = new GZipStream(new EndMarkedGzip(compressed), CompressionMode.Decompress);
            _held = 0;
            (_position, _remaining, _skip) = (0, long.MaxValue, start);
        }

        (Start, End, Offset) = (0, 0, start);
    }

    /// <summary>Drops the first <paramref name="count"/> bytes at hand. Their memory is left alone until <see cref="MoreAsync"/>.</summary>
    public void Consume(int count) => Start += count;

    /// <summary>Adds a chunk behind the bytes at hand, which may move all of them.</summary>
    /// <returns>False where the text has ended.</returns>
    /// <remarks>A store that answers at once, as a local one does, costs no task.</remarks>
    public ValueTask<bool> MoreAsync(CancellationToken cancellationToken)
    {
        if (_hasFailed)
            throw new InvalidOperationException("A read has failed, and its bytes are missing. Open the feed again.");
        EnsureFetch(cancellationToken);
        return _fetchedAlready && _skip == 0 ? ValueTask.FromResult(Take(_fetched, cancellationToken)) : WaitForMoreAsync(cancellationToken);
    }

    /// <summary>Drops a byte order mark at the beginning of a text.</summary>
    public async ValueTask SkipByteOrderMarkAsync(CancellationToken cancellationToken)
    {
        int mark = RecordFraming.ByteOrderMark.Length;
        while (Length < mark && await MoreAsync(cancellationToken))
        {
        }

        if (Bytes.AsSpan(Start, Length).StartsWith(RecordFraming.ByteOrderMark))
            Consume(mark);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync();

    private async ValueTask<bool> WaitForMoreAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            EnsureFetch(cancellationToken);
            int got = _fetchedAlready ? _fetched : await TakeFetchAsync();
            if (got == 0 || !Skipped(ref got))
                return Take(got, cancellationToken);
            _fetchedAlready = false;
        }
    }

    /// <summary>Puts the chunk that was fetched behind the bytes at hand.</summary>
    private bool Take(int got, CancellationToken cancellationToken)
    {
        _fetchedAlready = false;
        if (got == 0)
        {
            // The end stays the end, however often it is asked for.
            _remaining = 0;
            CloseObject();
            return false;
        }

        int kept = Length;
        if (kept > _nextHead - Slack)
        {
            _headroom = (int)Math.Min(Array.MaxLength / 2, Math.Max((long)kept * 2, _headroom));
            byte[] wider = NewBuffer();
            int head = Slack + _headroom;
            _next.AsSpan(_nextHead, got).CopyTo(wider.AsSpan(head));
            (_next, _nextHead) = (wider, head);
        }

        Bytes.AsSpan(Start, kept).CopyTo(_next.AsSpan(_nextHead - kept));
        Offset += Start - (_nextHead - kept);
        (Bytes, _next) = (_next, Bytes);
        (Start, End) = (_nextHead - kept, _nextHead + got);

        // From a store that answers at once, a chunk ahead would only drive this one out of the cache.
        if (_ahead && _comesLate)
            Fetch(cancellationToken);
        return true;
    }

    private async ValueTask CloseAsync()
    {
        if (_fetch is not null)
        {
            // The read may still be writing to the buffer, and nobody wants to know any more how it ends.
            await ((Task)_fetch).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _fetch = null;
        }

        (_fetchedAlready, _hasFailed) = (false, false);
        if (_stream is not null)
            await _stream.DisposeAsync();
        _stream = null;
        CloseObject();
    }

    private void CloseObject()
    {
        _object?.Dispose();
        _object = null;
    }

    private int BufferBytes => Slack + _headroom + _chunkBytes + Slack;

    private byte[] NewBuffer() => GC.AllocateUninitializedArray<byte>(BufferBytes);

    private void EnsureFetch(CancellationToken cancellationToken)
    {
        if (!_fetchedAlready && _fetch is null)
            Fetch(cancellationToken);
    }

    /// <summary>Starts to fill the spare buffer; a read that is done at once leaves no task behind.</summary>
    private void Fetch(CancellationToken cancellationToken)
    {
        if (_next.Length < BufferBytes)
            _next = NewBuffer();
        _nextHead = _next.Length - _chunkBytes - Slack;
        ValueTask<int> fetch = _stream is null ? FetchRangeAsync(cancellationToken) : FetchStreamAsync(_stream, cancellationToken);
        if (fetch.IsCompletedSuccessfully)
            (_fetched, _fetchedAlready) = (fetch.Result, true);
        else
            (_fetch, _comesLate) = (fetch.AsTask(), true);
    }

    private async ValueTask<int> TakeFetchAsync()
    {
        Task<int> fetch = _fetch!;
        (_fetch, _hasFailed) = (null, true);
        int got = await fetch;
        _hasFailed = false;
        return got;
    }

    private ValueTask<int> FetchRangeAsync(CancellationToken cancellationToken)
    {
        int length = (int)Math.Min(_chunkBytes, _remaining);
        if (length == 0)
            return ValueTask.FromResult(0);
        ValueTask read;
        try
        {
            _object ??= _file!.Open();
            read = _object.ReadAsync(_position, _next.AsMemory(_nextHead, length), cancellationToken);
        }
        catch (Exception exception)
        {
            // Told where the bytes are wanted, as of a read that fails later.
            return ValueTask.FromException<int>(exception);
        }

        _position += length;
        _remaining -= length;
        if (!read.IsCompletedSuccessfully)
            return CountAsync(read, length);
        read.GetAwaiter().GetResult();
        return ValueTask.FromResult(length);
    }

    private static async ValueTask<int> CountAsync(ValueTask read, int length)
    {
        await read;
        return length;
    }

    /// <summary>Reads a chunk, and as many bytes more as the mark has that only the text's end shows to be no text.</summary>
    private async ValueTask<int> FetchStreamAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (_remaining == 0)
            return 0;
        Memory<byte> room = _next.AsMemory(_nextHead, _chunkBytes + EndMarkedGzip.Mark.Length);
        _heldBytes.AsMemory(0, _held).CopyTo(room);
        int got;
        try
        {
            got = _held + await stream.ReadAtLeastAsync(room[_held..], room.Length - _held, throwOnEndOfStream: false, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e.Message, e);
        }

        _held = EndMarkedGzip.Mark.Length;
        if (got == room.Length)
            room[^_held..].CopyTo(_heldBytes);
        else if (room.Span[..got].EndsWith(EndMarkedGzip.Mark))
            _remaining = 0;
        else
            throw Damaged("It ends too early, or something else stands behind its end.", null);
        return got - _held;
    }

    private BatchFunctionsException Damaged(string how, Exception? cause) =>
        new(ErrorKind.Integrity, $"{_file} is not a whole gzip file: {how} Write the file again, or check how it was copied.", cause);

    /// <summary>Drops bytes in front of where a compressed text is to be read.</summary>
    /// <returns>Whether all of the chunk was dropped.</returns>
    private bool Skipped(ref int got)
    {
        if (_skip == 0)
            return false;
        int drop = (int)Math.Min(_skip, got);
        _skip -= drop;
        got -= drop;
        _next.AsSpan(_nextHead + drop, got).CopyTo(_next.AsSpan(_nextHead));
        return got == 0;
    }
}
