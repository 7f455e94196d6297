using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Text;

/// <summary>
/// Finds where records end, at memory speed, from any state and hence from any position of a text whose state is known. It is the
/// definition of a record's end in the form of a finite automaton; <see cref="RecordIndex"/> cuts the same records, and fields too.
/// </summary>
internal static class BoundaryScanner
{
    /// <summary>The number of states.</summary>
    public const int States = 6;

    private const byte Ends = 0x80;

    /// <summary>
    /// The next state by state (rows, in the order of <see cref="BoundaryState"/>) and byte (other, separator, line feed, carriage
    /// return, quote); <see cref="Ends"/> where the byte ends a record. A line feed in the first two states ends an empty line.
    /// </summary>
    private static ReadOnlySpan<byte> Transitions =>
    [
        3, 2, 0, 1, 4,
        3, 2, 0, 3, 3,
        3, 2, 0 | Ends, 3, 4,
        3, 2, 0 | Ends, 3, 3,
        4, 4, 4, 4, 5,
        3, 2, 0 | Ends, 3, 4,
    ];

    /// <summary>Whether a text that ends in <paramref name="state"/> ends with a record that has no line break.</summary>
    public static bool IsInRecord(BoundaryState state) => state > BoundaryState.ReturnAtRecordStart;

    /// <summary>Goes over one byte.</summary>
    /// <returns>Whether it ends a record.</returns>
    public static bool Step(in RecordFraming framing, byte value, ref BoundaryState state)
    {
        int kind = value == RecordFraming.LineFeed ? 2
            : value == framing.Separator ? 1
            : value == RecordFraming.Return ? 3
            : value == RecordFraming.Quote && framing.QuotesHideLineFeeds ? 4 : 0;
        int next = Transitions[((int)state * 5) + kind];
        state = (BoundaryState)(next & ~Ends);
        return (next & Ends) != 0;
    }

    /// <summary>Goes over <paramref name="bytes"/>, adding to <paramref name="records"/> the records that end there.</summary>
    public static void Run(in RecordFraming framing, ReadOnlySpan<byte> bytes, ref BoundaryState state, ref long records)
    {
        Span<BoundaryLane> lane = [new(state, records)];
        RunLanes(framing, bytes, lane);
        (state, records) = (lane[0].State, lane[0].Records);
    }

    /// <summary>Goes over <paramref name="bytes"/> up to the end of the record with which <paramref name="records"/> becomes <paramref name="stop"/>.</summary>
    /// <returns>The position behind that record's line break, or -1 where it does not end in <paramref name="bytes"/>.</returns>
    public static int FindEnd(in RecordFraming framing, ReadOnlySpan<byte> bytes, ref BoundaryState state, ref long records, long stop)
    {
        const int Stretch = 4096;
        int at = 0;
        while (at < bytes.Length)
        {
            (BoundaryState stateBefore, long recordsBefore) = (state, records);
            int length = Math.Min(Stretch, bytes.Length - at);
            Run(framing, bytes.Slice(at, length), ref state, ref records);
            if (records >= stop)
            {
                (state, records) = (stateBefore, recordsBefore);
                while (true)
                    if (Step(framing, bytes[at++], ref state) && ++records == stop)
                        return at;
            }

            at += length;
        }

        return -1;
    }

    /// <summary>Goes over <paramref name="bytes"/> up to the first position where a record may start.</summary>
    /// <returns>The position, or -1 where there is none; 0 where <paramref name="state"/> says so from the start.</returns>
    public static int FindStart(in RecordFraming framing, ReadOnlySpan<byte> bytes, ref BoundaryState state, ref long records)
    {
        if (state == BoundaryState.RecordStart)
            return 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (Step(framing, bytes[i], ref state))
                records++;
            if (state == BoundaryState.RecordStart)
                return i + 1;
        }

        return -1;
    }

    /// <summary>
    /// Goes over <paramref name="bytes"/> from every state there is, so that the part of a text can be scanned before what comes ahead of
    /// it. Different beginnings soon lead to the same state, so that it costs little more than one pass.
    /// </summary>
    /// <param name="framing">What cuts records.</param>
    /// <param name="bytes">The part of the text.</param>
    /// <param name="results">For each state to begin with, in order, the state at the end and the records that ended.</param>
    public static void RunAll(in RecordFraming framing, ReadOnlySpan<byte> bytes, Span<BoundaryLane> results)
    {
        Span<BoundaryLane> lanes = stackalloc BoundaryLane[States];
        Span<int> laneOf = stackalloc int[States];
        Span<long> ahead = stackalloc long[States];
        for (int i = 0; i < States; i++)
            (lanes[i], laneOf[i], ahead[i]) = (new((BoundaryState)i, 0), i, 0);

        int live = States, stretch = ByteMasks.Block;
        while (!bytes.IsEmpty)
        {
            int length = Math.Min(stretch, bytes.Length);
            RunLanes(framing, bytes[..length], lanes[..live]);
            bytes = bytes[length..];
            live = Merge(lanes[..live], laneOf, ahead);
            stretch = Math.Min(stretch * 2, 1 << 16);
        }

        for (int i = 0; i < States; i++)
            results[i] = new(lanes[laneOf[i]].State, lanes[laneOf[i]].Records + ahead[i]);
    }

    private static int Merge(Span<BoundaryLane> lanes, Span<int> laneOf, Span<long> ahead)
    {
        int live = 0;
        for (int i = 0; i < lanes.Length; i++)
        {
            BoundaryLane lane = lanes[i];
            int into = 0;
            while (into < live && lanes[into].State != lane.State)
                into++;
            if (into == live)
                lanes[live++] = lane;
            for (int s = 0; s < States; s++)
                if (laneOf[s] == i)
                {
                    ahead[s] += lane.Records - lanes[into].Records;
                    laneOf[s] = into;
                }
        }

        return live;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunLanes(in RecordFraming framing, ReadOnlySpan<byte> bytes, Span<BoundaryLane> lanes)
    {
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        int whole = bytes.Length & ~(ByteMasks.Block - 1);
        for (int at = 0; at < whole; at += ByteMasks.Block)
        {
            if (RunBlock(framing, ref Unsafe.Add(ref start, at), ByteMasks.Block, lanes))
                at += RunStretch(framing, bytes[(at + ByteMasks.Block)..whole], lanes);
        }

        if (whole == bytes.Length)
            return;
        Span<byte> rest = stackalloc byte[ByteMasks.Block];
        rest.Clear();
        bytes[whole..].CopyTo(rest);
        RunBlock(framing, ref MemoryMarshal.GetReference(rest), bytes.Length - whole, lanes);
    }

    /// <summary>Goes over at most one block.</summary>
    /// <returns>Whether there was no quote in it, so that all lanes which are not in a quoted field have come to the same state.</returns>
    private static bool RunBlock(in RecordFraming framing, ref byte block, int length, Span<BoundaryLane> lanes)
    {
        ulong valid = ByteMasks.First(length);
        ulong feeds = ByteMasks.Equal(ref block, RecordFraming.LineFeed) & valid;
        ulong returns = ByteMasks.Equal(ref block, RecordFraming.Return) & valid;
        ulong quotes = framing.QuotesHideLineFeeds ? ByteMasks.Equal(ref block, RecordFraming.Quote) & valid : 0;
        ulong separators = ByteMasks.Equal(ref block, framing.Separator) & valid & ~feeds;
        foreach (ref BoundaryLane lane in lanes)
        {
            if (quotes != 0)
                RunQuoted(ref lane, feeds, returns, separators, quotes, length);
            else if (lane.State != BoundaryState.Quoted)
                RunPlain(ref lane, feeds, returns, separators, length);
        }

        return quotes == 0;
    }

    /// <summary>
    /// Goes over whole blocks up to the first one with a quote, for lanes that are in a quoted field or have all come to the same state: what
    /// ends there is counted once for all of them.
    /// </summary>
    /// <returns>The number of bytes gone over.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int RunStretch(in RecordFraming framing, ReadOnlySpan<byte> bytes, Span<BoundaryLane> lanes)
    {
        int first = 0;
        while (first < lanes.Length && lanes[first].State == BoundaryState.Quoted)
            first++;
        BoundaryState state = first < lanes.Length ? lanes[first].State : BoundaryState.Quoted;
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        bool quotesCount = framing.QuotesHideLineFeeds;
        ulong behindFeed = state == BoundaryState.RecordStart ? 1UL : 0, behindReturn = state == BoundaryState.ReturnAtRecordStart ? 1UL : 0;
        long records = 0;
        int at = 0;
        for (; at < bytes.Length; at += ByteMasks.Block)
        {
            ref byte block = ref Unsafe.Add(ref start, at);
            if (quotesCount && ByteMasks.Equal(ref block, RecordFraming.Quote) != 0)
                break;
            ulong feeds = ByteMasks.Equal(ref block, RecordFraming.LineFeed);
            ulong starts = (feeds << 1) | behindFeed;
            ulong returnsAtStart = ByteMasks.Equal(ref block, RecordFraming.Return) & starts;
            records += BitOperations.PopCount(feeds & ~(starts | (returnsAtStart << 1) | behindReturn));
            behindFeed = feeds >> (ByteMasks.Block - 1);
            behindReturn = returnsAtStart >> (ByteMasks.Block - 1);
        }

        if (at == 0)
            return 0;
        state = behindFeed != 0 ? BoundaryState.RecordStart
            : behindReturn != 0 ? BoundaryState.ReturnAtRecordStart
            : Unsafe.Add(ref start, at - 1) == framing.Separator ? BoundaryState.FieldStart : BoundaryState.Unquoted;
        foreach (ref BoundaryLane lane in lanes)
            if (lane.State != BoundaryState.Quoted)
                lane = new(state, lane.Records + records);
        return at;
    }

    private static void RunPlain(ref BoundaryLane lane, ulong feeds, ulong returns, ulong separators, int length)
    {
        ulong starts = (feeds << 1) | (lane.State == BoundaryState.RecordStart ? 1UL : 0);
        ulong afterReturn = ((returns & starts) << 1) | (lane.State == BoundaryState.ReturnAtRecordStart ? 1UL : 0);
        lane.Records += BitOperations.PopCount(feeds & ~(starts | afterReturn));
        ulong last = 1UL << (length - 1);
        lane.State = (feeds & last) != 0 ? BoundaryState.RecordStart
            : (separators & last) != 0 ? BoundaryState.FieldStart
            : (returns & starts & last) != 0 ? BoundaryState.ReturnAtRecordStart : BoundaryState.Unquoted;
    }

    /// <summary>
    /// Goes over a block with quotes. Where each quote outside of quoted fields opens one, which is nearly always, what stands between two
    /// quotes is told by their number alone; otherwise the block is walked from mark to mark.
    /// </summary>
    private static void RunQuoted(ref BoundaryLane lane, ulong feeds, ulong returns, ulong separators, ulong quotes, int length)
    {
        BoundaryState state = lane.State;
        ulong inside = ByteMasks.AfterOdd(quotes) ^ (state == BoundaryState.Quoted ? ulong.MaxValue : 0);
        ulong closing = quotes & ~inside, outerFeeds = feeds & ~inside, outerSeparators = separators & ~inside;
        bool mayOpenFirst = state is BoundaryState.RecordStart or BoundaryState.FieldStart or BoundaryState.QuoteInQuoted;
        ulong mayOpen = ((outerFeeds | outerSeparators | closing) << 1) | (mayOpenFirst ? 1UL : 0);
        if ((quotes & inside & ~mayOpen) != 0)
        {
            Walk(ref lane, feeds, returns, separators, quotes, length);
            return;
        }

        ulong starts = (outerFeeds << 1) | (state == BoundaryState.RecordStart ? 1UL : 0);
        ulong returnsAtStart = returns & ~inside & starts;
        ulong afterReturn = (returnsAtStart << 1) | (state == BoundaryState.ReturnAtRecordStart ? 1UL : 0);
        lane.Records += BitOperations.PopCount(outerFeeds & ~(starts | afterReturn));
        ulong last = 1UL << (length - 1);
        lane.State = (inside & last) != 0 ? BoundaryState.Quoted
            : (closing & last) != 0 ? BoundaryState.QuoteInQuoted
            : (outerFeeds & last) != 0 ? BoundaryState.RecordStart
            : (outerSeparators & last) != 0 ? BoundaryState.FieldStart
            : (returnsAtStart & last) != 0 ? BoundaryState.ReturnAtRecordStart : BoundaryState.Unquoted;
    }

    private static void Walk(ref BoundaryLane lane, ulong feeds, ulong returns, ulong separators, ulong quotes, int length)
    {
        ReadOnlySpan<byte> transitions = Transitions;
        int state = (int)lane.State, next = 0;
        for (ulong left = feeds | returns | separators | quotes; left != 0; left &= left - 1)
        {
            int at = BitOperations.TrailingZeroCount(left);
            if (at > next)
                state = transitions[state * 5] & ~Ends;
            ulong bit = left & (0 - left);
            int kind = (separators & bit) != 0 ? 1 : (feeds & bit) != 0 ? 2 : (returns & bit) != 0 ? 3 : 4;
            state = transitions[(state * 5) + kind];
            lane.Records += state >> 7;
            state &= ~Ends;
            next = at + 1;
        }

        if (next < length)
            state = transitions[state * 5] & ~Ends;
        lane.State = (BoundaryState)state;
    }
}
