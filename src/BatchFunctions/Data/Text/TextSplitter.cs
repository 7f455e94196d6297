using System.Runtime.CompilerServices;

namespace BatchFunctions.Data.Text;

/// <summary>
/// Cuts text files into segments of whole records. Whether a line feed ends a record depends on every quote before it, so that a file is
/// read once from its beginning; chunks are scanned side by side, each from every state that might be in front of it, and then put
/// together in order.
/// </summary>
internal sealed class TextSplitter(RecordFraming framing, int headerRecords, int chunkBytes)
{
    /// <summary>The bytes read at once: few enough to stay in a core's cache while they are scanned, enough to be worth a request.</summary>
    public const int DefaultChunkBytes = 1 << 20;

    private const int MostAtOnce = 8;

    /// <summary>The chunks at work where the store answers at once: more would not find their bytes in the cache any more.</summary>
    private static int FewAtOnce => Math.Clamp(Environment.ProcessorCount, 2, MostAtOnce);

    /// <summary>Cuts a file into segments of <paramref name="targetRows"/> records, the last one of what remains.</summary>
    public async Task<IReadOnlyList<Segment>> SplitAsync(SourceFile file, int fileIndex, long targetRows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetRows, 1);
        if (ByteFeed.IsCompressed(file))
            return await HasRecordAsync(file, cancellationToken) ? [new Segment(fileIndex, 0, file.Length, 0, null)] : [];

        List<Segment> segments = [];
        long start = 0, first = headerRecords, next = headerRecords == 0 ? targetRows : headerRecords, total = 0;
        bool isFirst = true;
        await foreach (ScannedChunk chunk in ScanAsync(file, cancellationToken))
        {
            if (isFirst)
                (start, isFirst) = (chunk.Offset, false);
            (BoundaryState state, long records, int at) = (chunk.Before.State, chunk.Before.Records, 0);
            for (; chunk.Behind.Records >= next; next += targetRows)
            {
                at += BoundaryScanner.FindEnd(framing, chunk.Bytes.Span[at..], ref state, ref records, next);
                if (next > headerRecords)
                    segments.Add(new Segment(fileIndex, start, chunk.Offset + at - start, first - headerRecords, next - first));
                (start, first) = (chunk.Offset + at, next);
            }

            total = TotalAt(chunk.Behind);
        }

        if (total > first)
            segments.Add(new Segment(fileIndex, start, file.Length - start, first - headerRecords, total - first));
        else if (segments.Count > 0)
            segments[^1] = segments[^1] with { Length = file.Length - segments[^1].Start };
        return segments;
    }

    /// <summary>
    /// The records that start at a byte from <paramref name="from"/> up to, but without, <paramref name="to"/>: any partition of a file's bytes gives
    /// every record once.
    /// </summary>
    public async Task<Segment> SplitRangeAsync(SourceFile file, int fileIndex, long from, long to, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        (long Position, long Records)? dataStart = null, start = null, end = null;
        long total = 0;
        await foreach (ScannedChunk chunk in ScanAsync(file, cancellationToken))
        {
            dataStart ??= headerRecords == 0 ? (chunk.Offset, 0) : EndOfHeader(chunk);
            start ??= StartBehind(chunk, from);
            end ??= StartBehind(chunk, to);
            total = TotalAt(chunk.Behind);
        }

        (long Position, long Records) last = (file.Length, total);
        dataStart ??= last;
        (long startAt, long firstRecord) = Later(start ?? last, dataStart.Value);
        (long endAt, long endRecord) = Later(end ?? last, dataStart.Value);
        return new Segment(fileIndex, startAt, endAt - startAt, Math.Max(0, firstRecord - headerRecords), endRecord - firstRecord);
    }

    private static (long Position, long Records) Later((long Position, long Records) a, (long Position, long Records) b) => a.Position < b.Position ? b : a;

    private static long TotalAt(BoundaryLane lane) => lane.Records + (BoundaryScanner.IsInRecord(lane.State) ? 1 : 0);

    private (long Position, long Records)? EndOfHeader(in ScannedChunk chunk)
    {
        if (chunk.Behind.Records < headerRecords)
            return null;
        (BoundaryState state, long records) = (chunk.Before.State, chunk.Before.Records);
        int at = BoundaryScanner.FindEnd(framing, chunk.Bytes.Span, ref state, ref records, headerRecords);
        return (chunk.Offset + at, records);
    }

    private (long Position, long Records)? StartBehind(in ScannedChunk chunk, long position)
    {
        int at = (int)Math.Clamp(position - chunk.Offset, 0, chunk.Bytes.Length);
        (BoundaryState state, long records) = (chunk.Before.State, chunk.Before.Records);
        BoundaryScanner.Run(framing, chunk.Bytes.Span[..at], ref state, ref records);
        if (position > chunk.Offset + at)
            return null;
        int start = BoundaryScanner.FindStart(framing, chunk.Bytes.Span[at..], ref state, ref records);
        return start < 0 ? null : (chunk.Offset + at + start, records);
    }

    /// <summary>Reads a file chunk by chunk, in order, behind its byte order mark.</summary>
    private async IAsyncEnumerable<ScannedChunk> ScanAsync(SourceFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<Task<ChunkScan>> running = new();
        Stack<ChunkScan> spare = new();
        BoundaryLane lane = new(BoundaryState.RecordStart, 0);
        try
        {
            long next = 0;
            int atOnce = FewAtOnce;
            while (true)
            {
                while (next < file.Length && running.Count < atOnce)
                {
                    // The first chunk holds the whole of a byte order mark.
                    int length = (int)Math.Min(next == 0 ? Math.Max(chunkBytes, RecordFraming.ByteOrderMark.Length) : chunkBytes, file.Length - next);
                    ChunkScan scan = spare.TryPop(out ChunkScan? used) ? used : new ChunkScan(framing);
                    long offset = next;
                    running.Enqueue(Task.Run(() => scan.RunAsync(file, offset, length, stop.Token), stop.Token));
                    next += length;
                }

                if (!running.TryPeek(out Task<ChunkScan>? oldest))
                    yield break;
                ChunkScan done = await oldest;
                _ = running.Dequeue();
                atOnce = done.CameLate ? MostAtOnce : FewAtOnce;
                BoundaryLane behind = done.Behind(lane);
                yield return new ScannedChunk(done.Bytes, done.Offset, lane, behind);
                lane = behind;
                spare.Push(done);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(running.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> HasRecordAsync(SourceFile file, CancellationToken cancellationToken)
    {
        await using ByteFeed feed = new(Math.Min(chunkBytes, 1 << 16), ahead: false);
        await feed.OpenAsync(file, 0, file.Length, cancellationToken);
        await feed.SkipByteOrderMarkAsync(cancellationToken);
        RecordIndex index = new(framing, headerRecords + 1, int.MaxValue);
        await index.FillAsync(feed, cancellationToken);
        return index.Rows > headerRecords;
    }
}
