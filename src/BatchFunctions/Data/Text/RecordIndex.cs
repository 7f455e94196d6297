using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Text;

/// <summary>
/// Cuts text into records and fields, as far as they make one batch, and notes where each one ends; nothing is copied and nothing is
/// decoded. All positions count from the batch's first byte, so that the text may move between two calls.
/// </summary>
/// <remarks>
/// Sixty-four bytes are compared at once. Where quotes stand as they should, which fields are quoted is told by the number of quotes before
/// them, and only the positions of separators and line feeds are needed; the rest goes through the states of <see cref="BoundaryState"/>
/// from mark to mark. Where records end is exactly what <see cref="BoundaryScanner"/> says.
/// </remarks>
internal sealed class RecordIndex
{
    private const int Outside = 0, Quoted = 1, AfterQuote = 2;

    /// <summary>How many line feeds are gathered before the records that they end are looked at.</summary>
    private const int FeedsAtOnce = 256;

    private readonly RecordFraming _framing;
    private readonly int _maxRows;
    private readonly int _batchBytes;
    private int[] _cuts = new int[4 * BytePositions.Overrun];
    private readonly int[] _feeds = new int[FeedsAtOnce + BytePositions.Overrun];
    private int[] _ends = [];
    private int[] _firstCuts = [];
    private int[] _starts = [];
    private int _count;
    private int _firstCut;
    private bool _malformed;
    private int _mode;
    private int _quoteAt;
    private int _recordStart;
    private int _scanned;

    /// <summary>Makes an index of batches of at most <paramref name="maxRows"/> records.</summary>
    /// <param name="framing">What cuts records and fields.</param>
    /// <param name="maxRows">The most records in a batch.</param>
    /// <param name="batchBytes">A batch ends with the first record that ends behind as many bytes.</param>
    public RecordIndex(RecordFraming framing, int maxRows, int batchBytes) =>
        (_framing, _maxRows, _batchBytes) = (framing, maxRows, batchBytes);

    /// <summary>The fields that a record must have, or 0 for any number.</summary>
    public int ExpectedFields { get; set; }

    /// <summary>The records found.</summary>
    public int Rows { get; private set; }

    /// <summary>Whether the batch is complete, though the text may go on.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The bytes that the batch covers, with the last record's line break and with empty lines.</summary>
    public int Consumed { get; private set; }

    /// <summary>Whether the last record goes on behind <see cref="Consumed"/>, too long to be kept.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>Where the bytes behind <see cref="Consumed"/> stand where <see cref="IsCutShort"/> is true.</summary>
    public BoundaryState StateBehind { get; private set; }

    /// <summary>What is wrong with records as a whole, by row; such a record has no fields.</summary>
    public List<RecordFault> Broken { get; } = [];

    /// <summary>Where each record starts; gone with the next batch.</summary>
    public ReadOnlyMemory<int> Starts => _starts.AsMemory(0, Rows);

    /// <summary>Where each record ends, without its line break; gone with the next batch.</summary>
    public ReadOnlyMemory<int> Ends => _ends.AsMemory(0, Rows);

    /// <summary>For each record where the end of its first field stands in <see cref="Cuts"/>, or -1 where the record is broken.</summary>
    public ReadOnlySpan<int> FirstCuts => _firstCuts.AsSpan(0, Rows);

    /// <summary>
    /// The positions of separators and line feeds outside of quoted fields, in order, behind a first one of -1: a field starts just behind one
    /// and ends at the next, but for a carriage return that belongs to the line break.
    /// </summary>
    public ReadOnlySpan<int> Cuts => _cuts.AsSpan(0, _count);

    /// <summary>
    /// How many cuts further each of the records from <paramref name="from"/> up to, but without, <paramref name="to"/> starts than the one before; 0
    /// where that is not the same for all, or one of them is broken.
    /// </summary>
    public int StrideOf(int from, int to)
    {
        // A record has as many fields as are expected, or it is broken. Empty lines between records have a cut too.
        ReadOnlySpan<int> cuts = _firstCuts.AsSpan(from, to - from);
        return cuts[^1] - cuts[0] == (cuts.Length - 1) * ExpectedFields && !cuts.Contains(-1) ? ExpectedFields : 0;
    }

    /// <summary>Indexes the next batch of a feed, from its first byte at hand.</summary>
    public ValueTask FillAsync(ByteFeed feed, CancellationToken cancellationToken)
    {
        Begin();
        while (!Advance(feed))
        {
            ValueTask<bool> more = feed.MoreAsync(cancellationToken);
            if (!more.IsCompletedSuccessfully)
                return FillRestAsync(more, feed, cancellationToken);
            if (!more.Result)
            {
                Finish(feed.Bytes, feed.Start, feed.Length);
                break;
            }
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask FillRestAsync(ValueTask<bool> more, ByteFeed feed, CancellationToken cancellationToken)
    {
        while (await more)
        {
            if (Advance(feed))
                return;
            more = feed.MoreAsync(cancellationToken);
        }

        Finish(feed.Bytes, feed.Start, feed.Length);
    }

    private bool Advance(ByteFeed feed)
    {
        if (feed.Length > 0)
            Advance(feed.Bytes, feed.Start, feed.Length);
        return IsFull;
    }

    private void Begin()
    {
        _cuts[0] = -1;
        (_count, _firstCut, _recordStart, _scanned, _mode, _malformed) = (1, 1, 0, 0, Outside, false);
        (Rows, Consumed, IsFull, IsCutShort) = (0, 0, false, false);
        Broken.Clear();
    }

    /// <summary>Goes over the bytes that are new since the last call.</summary>
    /// <param name="bytes">The text; <see cref="ByteFeed.Slack"/> more bytes can be read behind it.</param>
    /// <param name="start">Where the batch's first byte is.</param>
    /// <param name="length">The bytes at hand from there on.</param>
    // Compiled in full at once: a short job would end before the runtime finds out that it is hot.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Advance(byte[] bytes, int start, int length)
    {
        ref byte text = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(bytes), start);
        for (int at = _scanned; at < length; at += ByteMasks.Block)
        {
            at = AdvanceInOrder(ref text, at, length);
            if (IsFull)
                return;
            if (at >= length)
                break;
            MakeRoom();
            ref byte block = ref Unsafe.Add(ref text, at);
            ulong valid = ByteMasks.First(length - at);
            ulong marks = ByteMasks.Equal(ref block, RecordFraming.LineFeed) | ByteMasks.Equal(ref block, _framing.Separator);
            if (_framing.Quotes)
                marks |= ByteMasks.Equal(ref block, RecordFraming.Quote);
            Marks(ref text, at, marks & valid);
            if (IsFull)
                return;
        }

        _scanned = length;
        if (length - _recordStart > _framing.MaxRecordBytes + 1L)
            CutShort(ref text, length);
    }

    /// <summary>Goes over whole blocks as long as every quote in them opens or closes a field.</summary>
    /// <returns>Where the first block starts that is left.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int AdvanceInOrder(ref byte text, int at, int length)
    {
        (byte separator, bool hasQuotes) = (_framing.Separator, _framing.Quotes);
        int most = Math.Min(FeedsAtOnce, _maxRows - Rows), feedCount = 0;
        for (; at + ByteMasks.Block <= length; at += ByteMasks.Block)
        {
            ref byte block = ref Unsafe.Add(ref text, at);
            ulong feeds = ByteMasks.Equal(ref block, RecordFraming.LineFeed);
            ulong cuts = feeds | ByteMasks.Equal(ref block, separator);
            ulong quotes = hasQuotes ? ByteMasks.Equal(ref block, RecordFraming.Quote) : 0;
            if ((quotes | (uint)_mode) != 0)
            {
                ulong inside = InsideOf(ref text, at, quotes, cuts, feeds, out bool isInOrder);
                if (!isInOrder)
                    break;
                cuts &= ~inside;
                feeds &= ~inside;
            }

            if (_cuts.Length < _count + ByteMasks.Block + BytePositions.Overrun)
                MakeRoom();
            _count += BytePositions.Write(cuts, at, ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_cuts), _count));
            feedCount += BytePositions.Write(feeds, at, ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_feeds), feedCount));
            if (feedCount >= most)
            {
                EndRecords(ref text, feedCount);
                feedCount = 0;
                if (IsFull)
                    return at;
                most = Math.Min(FeedsAtOnce, _maxRows - Rows);
            }
        }

        EndRecords(ref text, feedCount);
        return at;
    }

    /// <summary>The bytes of a block that are in a quoted field, with the quotes that open them; goes to the mode behind the block.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the block starts.</param>
    /// <param name="quotes">Its quotes.</param>
    /// <param name="cuts">Its separators and line feeds.</param>
    /// <param name="feeds">Its line feeds.</param>
    /// <param name="isInOrder">Whether that can be told from the number of quotes; otherwise the mode stays as it is.</param>
    private ulong InsideOf(ref byte text, int at, ulong quotes, ulong cuts, ulong feeds, out bool isInOrder)
    {
        ulong inside = ByteMasks.AfterOdd(quotes) ^ (_mode == Quoted ? ulong.MaxValue : 0);
        ulong closing = quotes & ~inside;
        cuts &= ~inside;
        ulong carriageReturns = ByteMasks.Equal(ref Unsafe.Add(ref text, at), RecordFraming.Return) & ((feeds & ~inside) >> 1);
        bool isBehindCut = _mode == Outside && at == LastCut + 1, isBehindQuote = _mode == AfterQuote && at == _quoteAt + 1;
        ulong mayOpen = ((cuts | closing) << 1) | (isBehindCut || isBehindQuote ? 1UL : 0);
        ulong behindClosing = (closing << 1) | (isBehindQuote ? 1UL : 0);
        isInOrder = (quotes & inside & ~mayOpen) == 0
            && (behindClosing & ~(cuts | quotes | carriageReturns)) == 0
            && (_mode != AfterQuote || isBehindQuote)
            && (_framing.QuotedNewlines || (feeds & inside) == 0);
        if (!isInOrder)
            return 0;
        const ulong Last = 1UL << (ByteMasks.Block - 1);
        _mode = (inside & Last) != 0 ? Quoted : (closing & Last) != 0 ? AfterQuote : Outside;
        _quoteAt = at + ByteMasks.Block - 1;
        return inside;
    }

    /// <summary>Ends the records at the line feeds gathered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EndRecords(ref byte text, int feeds)
    {
        ref int cuts = ref MemoryMarshal.GetArrayDataReference(_cuts);
        (int start, int firstCut, int row, int fields) = (_recordStart, _firstCut, Rows, ExpectedFields);
        int rows = Math.Min(_starts.Length, _maxRows - 1);
        for (int i = 0; i < feeds; i++)
        {
            int feed = _feeds[i], end = feed, lastCut = firstCut + fields - 1;
            if (end > start && Unsafe.Add(ref text, end - 1) == RecordFraming.Return)
                end--;
            if (fields > 0 && lastCut < _count && Unsafe.Add(ref cuts, lastCut) == feed && end > start && end - start <= _framing.MaxRecordBytes
                && row < rows && feed < _batchBytes && !_malformed)
            {
                (_starts[row], _ends[row], _firstCuts[row]) = (start, end, firstCut);
                (start, firstCut, row) = (feed + 1, lastCut + 1, row + 1);
                continue;
            }

            if (row > Rows)
                (Rows, Consumed) = (row, start);
            (_recordStart, _firstCut) = (start, firstCut);
            lastCut = firstCut;
            while (Unsafe.Add(ref cuts, lastCut) != feed)
                lastCut++;
            EndRecord(ref text, feed, lastCut);
            if (IsFull)
                return;
            (start, firstCut, row) = (_recordStart, _firstCut, Rows);
            rows = Math.Min(_starts.Length, _maxRows - 1);
        }

        if (row > Rows)
            (Rows, Consumed) = (row, start);
        (_recordStart, _firstCut) = (start, firstCut);
    }

    private int LastCut => _cuts[_count - 1];

    private void MakeRoom()
    {
        if (_cuts.Length < _count + ByteMasks.Block + BytePositions.Overrun)
            Array.Resize(ref _cuts, _cuts.Length * 2);
    }

    /// <summary>Ends the batch at the end of the text: what is left is the last record, if anything.</summary>
    private void Finish(byte[] bytes, int start, int length)
    {
        ref byte text = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(bytes), start);
        if (_mode == Quoted)
            Unclosed("the file ends");
        else if (_mode == AfterQuote)
            CheckBehindQuote(ref text, length, endsRecord: true);
        if (length > _recordStart)
        {
            if (_cuts.Length == _count)
                Array.Resize(ref _cuts, _cuts.Length * 2);
            _cuts[_count++] = length;
            EndRecord(ref text, length, _count - 1);
        }

        Consumed = length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Marks(ref byte text, int at, ulong marks)
    {
        for (; marks != 0; marks &= marks - 1)
        {
            int position = at + BitOperations.TrailingZeroCount(marks);
            byte mark = Unsafe.Add(ref text, position);
            if (_mode == Quoted)
            {
                if (mark == RecordFraming.Quote)
                    (_mode, _quoteAt) = (AfterQuote, position);
                if (mark != RecordFraming.LineFeed || _framing.QuotedNewlines)
                    continue;
                Unclosed("the line ends");
            }
            else if (_mode == AfterQuote)
            {
                if (mark == RecordFraming.Quote && position == _quoteAt + 1)
                {
                    _mode = Quoted;
                    continue;
                }

                CheckBehindQuote(ref text, position, mark == RecordFraming.LineFeed);
            }

            if (mark == RecordFraming.Quote)
            {
                if (position == LastCut + 1)
                    _mode = Quoted;
                continue;
            }

            _cuts[_count++] = position;
            if (mark != RecordFraming.LineFeed)
                continue;
            EndRecord(ref text, position, _count - 1);
            if (IsFull)
                return;
        }
    }

    /// <summary>Notes a fault where the quote that ended a quoted field is not the last byte of its field.</summary>
    private void CheckBehindQuote(ref byte text, int end, bool endsRecord)
    {
        _mode = Outside;
        int behind = _quoteAt + 1;
        if (end != behind && !(endsRecord && end == behind + 1 && Unsafe.Add(ref text, behind) == RecordFraming.Return))
            Malformed($"Field {FieldNumber} has text behind its closing quote; a quote inside a quoted field is written twice.");
    }

    private void Unclosed(string where)
    {
        _mode = Outside;
        Malformed($"The quote that opens field {FieldNumber} is not closed before {where}.");
    }

    private int FieldNumber => _count - _firstCut + 1;

    private void Malformed(string reason)
    {
        if (_malformed)
            return;
        _malformed = true;
        Broken.Add(new RecordFault(Rows, null, FaultCodes.Malformed, reason));
    }

    /// <summary>Ends a record, or a line that is empty.</summary>
    private void EndRecord(ref byte text, int feed, int lastCut)
    {
        (int start, int end, int firstCut) = (_recordStart, feed, _firstCut);
        if (end > start && Unsafe.Add(ref text, end - 1) == RecordFraming.Return)
            end--;
        if (end == start)
        {
            (_recordStart, _firstCut) = (feed + 1, lastCut + 1);
            return;
        }

        Add(start, end, firstCut);
        Consumed = feed + 1;
        int fields = lastCut - firstCut + 1;
        if (end - start > _framing.MaxRecordBytes)
        {
            Break(FaultCodes.TooLong, TooLong(ref text));
            _ends[Rows] = start + _framing.MaxRecordBytes;
            IsFull = true;
        }
        else if (_malformed)
        {
            _firstCuts[Rows] = -1;
        }
        else if (fields != ExpectedFields && ExpectedFields != 0)
        {
            Break(FaultCodes.Ragged, $"The record has {fields} {(fields == 1 ? "field" : "fields")}; the first of its file has {ExpectedFields}.");
        }

        Rows++;
        (_recordStart, _firstCut) = (feed + 1, lastCut + 1);
        IsFull |= Rows == _maxRows || feed >= _batchBytes;
        if (IsFull)
            _count = _firstCut;
        _malformed = false;
    }

    private void Add(int start, int end, int firstCut)
    {
        if (Rows == _starts.Length)
        {
            int capacity = Math.Max(256, Rows * 2);
            Array.Resize(ref _starts, capacity);
            Array.Resize(ref _ends, capacity);
            Array.Resize(ref _firstCuts, capacity);
        }

        (_starts[Rows], _ends[Rows], _firstCuts[Rows]) = (start, end, firstCut);
    }

    /// <summary>Notes a fault of the record being added in place of those noted before.</summary>
    private void Break(string code, string reason)
    {
        if (_malformed)
            Broken.RemoveAt(Broken.Count - 1);
        Broken.Add(new RecordFault(Rows, null, code, reason));
        _firstCuts[Rows] = -1;
    }

    /// <summary>Ends the batch within a record that is too long, however long it is.</summary>
    private void CutShort(ref byte text, int length)
    {
        StateBehind = _mode switch
        {
            Quoted when _framing.QuotedNewlines => BoundaryState.Quoted,
            AfterQuote when _quoteAt == length - 1 => BoundaryState.QuoteInQuoted,
            _ => LastCut == length - 1 ? BoundaryState.FieldStart : BoundaryState.Unquoted,
        };
        Add(_recordStart, _recordStart + _framing.MaxRecordBytes, -1);
        Break(FaultCodes.TooLong, TooLong(ref text));
        Rows++;
        (Consumed, IsFull, IsCutShort) = (length, true, true);
    }

    private string TooLong(ref byte text)
    {
        ReadOnlySpan<byte> kept = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref text, _recordStart), _framing.MaxRecordBytes);
        (BoundaryState state, long records) = (BoundaryState.RecordStart, 0L);
        BoundaryScanner.Run(_framing, kept, ref state, ref records);
        string reason = $"The record is longer than {_framing.MaxRecordBytes} bytes.";
        return state == BoundaryState.Quoted ? reason + " A quote that opens a field is not closed within them." : reason;
    }
}
