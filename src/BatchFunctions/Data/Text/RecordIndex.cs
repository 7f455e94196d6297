using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Text;

/// <summary>
/// Cuts text into records and fields, as far as they make one batch, and notes where each one ends; nothing is copied and nothing is
/// decoded. All positions count from the batch's first byte, so that the text may move between two calls.
/// </summary>
/// <remarks>
/// Sixty-four bytes are compared at once. Blocks without a quote, outside of a quoted field, only need the positions of their
/// separators and line feeds; the others go through the states of <see cref="BoundaryState"/> from mark to mark. Where records end is
/// exactly what <see cref="BoundaryScanner"/> says.
/// </remarks>
internal sealed class RecordIndex
{
    private const int Outside = 0, Quoted = 1, AfterQuote = 2;

    private readonly RecordFraming _framing;
    private readonly int _maxRows;
    private readonly int _batchBytes;
    private int[] _cuts = new int[256];
    private int[] _ends = [];
    private int[] _firstCuts = [];
    private int[] _starts = [];
    private int _count;
    private int _firstCut;
    private bool _malformed;
    private int _mode;
    private int _quoteAt;
    private int _quotedFrom;
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

    /// <summary>Where each record starts.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Rows);

    /// <summary>Where each record ends, without its line break.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Rows);

    /// <summary>For each record where the end of its first field stands in <see cref="Cuts"/>, or -1 where the record is broken.</summary>
    public ReadOnlySpan<int> FirstCuts => _firstCuts.AsSpan(0, Rows);

    /// <summary>
    /// The positions of separators and line feeds outside of quoted fields, in order, behind a first one of -1: a field starts just behind one
    /// and ends at the next, but for a carriage return that belongs to the line break.
    /// </summary>
    public ReadOnlySpan<int> Cuts => _cuts.AsSpan(0, _count);

    /// <summary>Indexes the next batch of a feed, from its first byte at hand.</summary>
    public async ValueTask FillAsync(ByteFeed feed, CancellationToken cancellationToken)
    {
        Begin();
        while (true)
        {
            if (feed.Length > 0)
                Advance(feed.Bytes, feed.Start, feed.Length);
            if (IsFull)
                return;
            if (!await feed.MoreAsync(cancellationToken))
            {
                Finish(feed.Bytes, feed.Start, feed.Length);
                return;
            }
        }
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
            if (_cuts.Length < _count + ByteMasks.Block + 8)
                Array.Resize(ref _cuts, _cuts.Length * 2);
            ref byte block = ref Unsafe.Add(ref text, at);
            ulong valid = ByteMasks.First(length - at);
            ulong feeds = ByteMasks.Equal(ref block, RecordFraming.LineFeed) & valid;
            ulong cuts = feeds | (ByteMasks.Equal(ref block, _framing.Separator) & valid);
            ulong quotes = _framing.Quotes ? ByteMasks.Equal(ref block, RecordFraming.Quote) & valid : 0;
            if ((quotes | (uint)_mode) == 0)
                Plain(ref text, at, cuts, feeds);
            else if (_mode != Quoted || quotes != 0 || !_framing.QuotedNewlines)
                Marks(ref text, at, cuts | quotes);
            if (IsFull)
                return;
        }

        _scanned = length;
        if (length - _recordStart > _framing.MaxRecordBytes + 1L)
            CutShort(ref text, length);
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
    private void Plain(ref byte text, int at, ulong cuts, ulong feeds)
    {
        int count = _count;
        ref int next = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_cuts), count);
        int found = BitOperations.PopCount(cuts);

        // Eight at a time without a branch; what is written too much is overwritten by the next block.
        ulong left = cuts;
        for (int i = 0; i < found; i += 8, next = ref Unsafe.Add(ref next, 8))
        {
            next = TakeLowest(ref left, at);
            Unsafe.Add(ref next, 1) = TakeLowest(ref left, at);
            Unsafe.Add(ref next, 2) = TakeLowest(ref left, at);
            Unsafe.Add(ref next, 3) = TakeLowest(ref left, at);
            Unsafe.Add(ref next, 4) = TakeLowest(ref left, at);
            Unsafe.Add(ref next, 5) = TakeLowest(ref left, at);
            Unsafe.Add(ref next, 6) = TakeLowest(ref left, at);
            Unsafe.Add(ref next, 7) = TakeLowest(ref left, at);
        }

        _count = count + found;
        for (; feeds != 0; feeds &= feeds - 1)
        {
            ulong below = (feeds & (0 - feeds)) - 1;
            EndRecord(ref text, at + BitOperations.TrailingZeroCount(feeds), count + BitOperations.PopCount(cuts & below));
            if (IsFull)
                return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeLowest(ref ulong bits, int at)
    {
        int lowest = at + BitOperations.TrailingZeroCount(bits);
        bits &= bits - 1;
        return lowest;
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
                if (position == _cuts[_count - 1] + 1)
                    (_mode, _quotedFrom) = (Quoted, position);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EndRecord(ref byte text, int feed, int lastCut)
    {
        (int start, int end, int row, int firstCut) = (_recordStart, feed, Rows, _firstCut);
        if (end > start && Unsafe.Add(ref text, end - 1) == RecordFraming.Return)
            end--;
        bool isPlain = end > start && end - start <= _framing.MaxRecordBytes && lastCut - firstCut + 1 == ExpectedFields
            && !_malformed && row < _starts.Length && row + 1 < _maxRows && feed < _batchBytes;
        if (!isPlain)
        {
            EndOther(ref text, feed, end, lastCut);
            return;
        }

        (_starts[row], _ends[row], _firstCuts[row]) = (start, end, firstCut);
        (_recordStart, _firstCut, Rows, Consumed) = (feed + 1, lastCut + 1, row + 1, feed + 1);
    }

    /// <summary>Ends a record that is broken or the batch's last, or a line that is empty.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EndOther(ref byte text, int feed, int end, int lastCut)
    {
        (int start, int firstCut) = (_recordStart, _firstCut);
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
            _ => _cuts[_count - 1] == length - 1 ? BoundaryState.FieldStart : BoundaryState.Unquoted,
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
