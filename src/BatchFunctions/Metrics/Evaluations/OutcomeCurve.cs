using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary>
/// How many records of each score turned out negative and positive: all that ROC, precision–recall and lift curves are drawn from.
/// <para>
/// Scores are kept to the last bit while there are few enough of them. Beyond that, scores share a bin whose binary64 forms differ in the lowest
/// <see cref="Level"/> bits only, the level being the lowest at which the bins in use are few enough. That is a property of the scores, not of their
/// order, and bins of one level lie inside those of the next; so curves merge to the same one in whatever order and grouping.
/// </para>
/// </summary>
internal sealed class OutcomeCurve
{
    private const ulong SignBit = 1UL << 63;
    private const ulong Spread = 0x9E3779B97F4A7C15;
    private const int SmallestTable = 64;
    private const int SmallestLimit = 16;

    private readonly int _limit;

    // Wider bins are looked for only when there are half as many again as there may be, so that this is seldom done.
    private readonly int _most;

    // Open addressing, at most half full, or three quarters for a while. A bin that is not in use has the key 0, which at the level that the smallest
    // limit needs is still none of a score's of at most 1E150 in magnitude.
    private CurveBin[] _table = new CurveBin[SmallestTable];
    private int _inTable;
    private int _shift = 64 - BitOperations.Log2(SmallestTable);
    private ulong _kept = ulong.MaxValue;
    private int _level;

    // Where bins are wide enough; what has no room there is in the table.
    private OctaveBins? _octaves;

    /// <summary>Makes a curve without records.</summary>
    /// <param name="limit">The number of bins at most; at least 16.</param>
    public OutcomeCurve(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, SmallestLimit);
        (_limit, _most) = (limit, limit + (limit / 2));
    }

    /// <summary>The number of bins at most.</summary>
    public int Limit => _limit;

    /// <summary>The number of bins in use.</summary>
    public int Count
    {
        get
        {
            Settle();
            return InUse;
        }
    }

    /// <summary>How many of the lowest bits of a score's binary64 form are not told apart; 0 while every score has a bin of its own.</summary>
    public int Level
    {
        get
        {
            Settle();
            return _level;
        }
    }

    private int InUse => _inTable + (_octaves?.Count ?? 0);

    /// <summary>Numbers that have the order of the scores: binary64 forms, turned so that negative ones ascend too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong KeyOf(double score)
    {
        // -0.0 + 0.0 is +0.0.
        ulong bits = BitConverter.DoubleToUInt64Bits(score + 0.0);
        return bits ^ ((ulong)((long)bits >> 63) | SignBit);
    }

    /// <summary>The score that has the key.</summary>
    public static double ScoreOf(ulong key) => BitConverter.UInt64BitsToDouble((key & SignBit) != 0 ? key ^ SignBit : ~key);

    /// <summary>Counts records.</summary>
    /// <param name="scores">Their scores, finite and of at most 10¹⁵⁰ in magnitude.</param>
    /// <param name="positive">For each 1 where it turned out positive, and 0 where not.</param>
    public void Add(ReadOnlySpan<double> scores, ReadOnlySpan<double> positive)
    {
        positive = positive[..scores.Length];
        while (!scores.IsEmpty)
        {
            int done = _octaves is null ? AddToTable(scores, positive)
                : _octaves.Add(scores, positive) is > 0 and int counted ? counted
                : _octaves.TryOpen(KeyOf(scores[0])) ? 0
                : AddToTable(scores[..1], positive);
            scores = scores[done..];
            positive = positive[done..];
            if (InUse > _most)
                Fold();
        }
    }

    /// <summary>Adds the records of another curve of the same limit.</summary>
    public void Merge(OutcomeCurve other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other._level > _level)
            FoldTo(other._level);
        CurveBin[] bins = ArrayPool<CurveBin>.Shared.Rent(other.InUse);
        foreach (CurveBin bin in bins.AsSpan(0, other.CopyTo(bins)))
            Add(bin);
        ArrayPool<CurveBin>.Shared.Return(bins);
    }

    /// <summary>The bins in use, from the lowest score.</summary>
    public CurveBin[] ToArray()
    {
        var bins = new CurveBin[Count];
        CopyTo(bins);
        Array.Sort(bins, static (a, b) => a.Key.CompareTo(b.Key));
        return bins;
    }

    /// <summary>All its records.</summary>
    public (long Negatives, long Positives) Totals()
    {
        (long negatives, long positives) = (0, 0);
        foreach (CurveBin bin in ToArray())
            (negatives, positives) = (negatives + bin.Negatives, positives + bin.Positives);
        return (negatives, positives);
    }

    /// <summary>The curve as it is written down.</summary>
    public CurveRecord ToRecord() => CurvePacking.Pack(this);

    /// <summary>Reads what <see cref="ToRecord"/> wrote.</summary>
    /// <exception cref="FormatException">The record is none that was written here.</exception>
    public static OutcomeCurve FromRecord(CurveRecord record)
    {
        if (record.Limit < SmallestLimit || record.Level is < 0 or > 60)
            throw new FormatException($"A curve has room for at least {SmallestLimit} bins, and a level of 0 to 60.");
        var curve = new OutcomeCurve(record.Limit);
        curve.FoldTo(record.Level);
        foreach (CurveBin bin in CurvePacking.Unpack(record))
        {
            if ((bin.Key & ~curve._kept) != 0 || curve.InUse == curve._limit || !double.IsFinite(bin.Score))
                throw new FormatException("A curve's bins do not fit its level or its limit.");
            curve.Add(bin);
        }

        return curve;
    }

    // Counts records up to the one after which there are too many bins.
    private int AddToTable(ReadOnlySpan<double> scores, ReadOnlySpan<double> positive)
    {
        CurveBin[] table = _table;
        ulong kept = _kept;
        int shift = _shift, mask = table.Length - 1;
        for (int i = 0; i < scores.Length; i++)
        {
            ulong key = KeyOf(scores[i]) & kept;
            int slot = (int)(key * Spread >> shift) & mask;
            while (table[slot].Key != key)
            {
                if (table[slot].Key == 0)
                {
                    slot = Insert(key, slot);
                    (table, shift) = (_table, _shift);
                    mask = table.Length - 1;
                    break;
                }

                slot = (slot + 1) & mask;
            }

            long one = (long)positive[i];
            ref CurveBin bin = ref table[slot];
            bin.Positives += one;
            bin.Negatives += 1 - one;
            if (_inTable > _most)
                return i + 1;
        }

        return scores.Length;
    }

    private void Add(CurveBin added)
    {
        CurveBin bin = added with { Key = added.Key & _kept };
        if (_octaves is not null && _octaves.TryOpen(bin.Key))
        {
            _octaves.Add(bin);
        }
        else
        {
            int slot = SlotOf(_table, bin.Key, _shift);
            if (_table[slot].Key == 0)
                slot = Insert(bin.Key, slot);
            _table[slot].Negatives += bin.Negatives;
            _table[slot].Positives += bin.Positives;
        }

        if (InUse > _most)
            Fold();
    }

    // Gives a key the empty slot found for it, makes room as needed, and says where the key's bin is then.
    private int Insert(ulong key, int slot)
    {
        _table[slot].Key = key;
        _inTable++;
        if (2 * _inTable <= _table.Length || _table.Length >= 2 * _limit)
            return slot;
        CurveBin[] old = _table;
        MakeTable(2 * old.Length);
        foreach (CurveBin bin in old)
            if (bin.Key != 0)
                _table[SlotOf(_table, bin.Key, _shift)] = bin;
        return SlotOf(_table, key, _shift);
    }

    private void MakeTable(int length)
    {
        _table = new CurveBin[length];
        _shift = 64 - BitOperations.Log2((uint)length);
    }

    // However many bins there were on the way, what is told does not depend on it.
    private void Settle()
    {
        if (InUse > _limit)
            Fold();
    }

    // Goes to the lowest level at which there are few enough bins. Two neighbours are one above the highest bit in which they differ.
    private void Fold()
    {
        int count = InUse;
        CurveBin[] bins = ArrayPool<CurveBin>.Shared.Rent(count);
        ulong[] keys = ArrayPool<ulong>.Shared.Rent(count);
        CopyTo(bins);
        for (int i = 0; i < count; i++)
            keys[i] = bins[i].Key;
        keys.AsSpan(0, count).Sort();
        Span<int> apart = stackalloc int[64];
        apart.Clear();
        for (int i = 1; i < count; i++)
            apart[BitOperations.Log2(keys[i] ^ keys[i - 1])]++;
        int level = 0;
        for (; count > _limit; level++)
            count -= apart[level];
        ArrayPool<ulong>.Shared.Return(keys);
        ArrayPool<CurveBin>.Shared.Return(bins);
        FoldTo(level);
    }

    private void FoldTo(int level)
    {
        int count = InUse;
        CurveBin[] bins = ArrayPool<CurveBin>.Shared.Rent(count);
        CopyTo(bins);
        (_level, _inTable) = (level, 0);
        _kept = level == 0 ? ulong.MaxValue : ulong.MaxValue << level;
        if (OctaveBins.CanHold(level, _limit))
        {
            _octaves ??= new OctaveBins(_limit);
            _octaves.Clear(level);
            MakeTable(SmallestTable);
        }
        else
        {
            _octaves = null;
            Array.Clear(_table);
        }

        foreach (CurveBin bin in bins.AsSpan(0, count))
            Add(bin);
        ArrayPool<CurveBin>.Shared.Return(bins);
    }

    private int CopyTo(Span<CurveBin> bins)
    {
        int count = _octaves?.CopyTo(bins) ?? 0;
        if (_inTable > 0)
            foreach (CurveBin bin in _table)
                if (bin.Key != 0)
                    bins[count++] = bin;
        return count;
    }

    private static int SlotOf(CurveBin[] table, ulong key, int shift)
    {
        int slot = (int)(key * Spread >> shift), mask = table.Length - 1;
        while (table[slot].Key != 0 && table[slot].Key != key)
            slot = (slot + 1) & mask;
        return slot;
    }
}
