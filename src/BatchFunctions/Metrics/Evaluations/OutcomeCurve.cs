using System.Buffers;
using System.Numerics;

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

    // Open addressing, at most half full. A bin that is not in use has the key 0, which at the level that the smallest limit needs is still none of
    // a score's of at most 1E150 in magnitude.
    private CurveBin[] _table = new CurveBin[SmallestTable];
    private int _shift = 64 - BitOperations.Log2(SmallestTable);
    private ulong _kept = ulong.MaxValue;

    /// <summary>Makes a curve without records.</summary>
    /// <param name="limit">The number of bins at most; at least 16.</param>
    public OutcomeCurve(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, SmallestLimit);
        _limit = limit;
    }

    /// <summary>The number of bins at most.</summary>
    public int Limit => _limit;

    /// <summary>The number of bins in use.</summary>
    public int Count { get; private set; }

    /// <summary>How many of the lowest bits of a score's binary64 form are not told apart; 0 while every score has a bin of its own.</summary>
    public int Level { get; private set; }

    /// <summary>Numbers that have the order of the scores: binary64 forms, turned so that negative ones ascend too.</summary>
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
                    // The table may be another one afterwards, and its bins wider.
                    slot = Insert(key, slot);
                    (table, kept, shift) = (_table, _kept, _shift);
                    mask = table.Length - 1;
                    break;
                }

                slot = (slot + 1) & mask;
            }

            long one = (long)positive[i];
            ref CurveBin bin = ref table[slot];
            bin.Positives += one;
            bin.Negatives += 1 - one;
        }
    }

    /// <summary>Adds the records of another curve of the same limit.</summary>
    public void Merge(OutcomeCurve other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Level > Level)
            FoldTo(other.Level);
        foreach (CurveBin bin in other._table)
            if (bin.Key != 0)
                Add(bin);
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
        foreach (CurveBin bin in _table)
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
            if ((bin.Key & ~curve._kept) != 0 || curve.Count == curve._limit || !double.IsFinite(bin.Score))
                throw new FormatException("A curve's bins do not fit its level or its limit.");
            curve.Add(bin);
        }

        return curve;
    }

    private void Add(CurveBin added)
    {
        ulong key = added.Key & _kept;
        int slot = SlotOf(_table, key, _shift);
        if (_table[slot].Key == 0)
            slot = Insert(key, slot);
        _table[slot].Negatives += added.Negatives;
        _table[slot].Positives += added.Positives;
    }

    // Gives a key the empty slot found for it, makes room or wider bins as needed, and says where the key's bin is then.
    private int Insert(ulong key, int slot)
    {
        _table[slot].Key = key;
        Count++;
        if (Count > _limit)
            Fold();
        else if (2 * Count > _table.Length)
            Rebuild(2 * _table.Length);
        else
            return slot;
        return SlotOf(_table, key & _kept, _shift);
    }

    // Bits in which no two keys differ can go without any two bins becoming one.
    private void Fold()
    {
        while (Count > _limit)
        {
            ulong any = 0, all = ulong.MaxValue;
            foreach (CurveBin bin in _table)
            {
                if (bin.Key == 0)
                    continue;
                any |= bin.Key;
                all &= bin.Key;
            }

            FoldTo(BitOperations.TrailingZeroCount(any & ~all) + 1);
        }
    }

    private void FoldTo(int level)
    {
        Level = level;
        _kept = level == 0 ? ulong.MaxValue : ulong.MaxValue << level;
        if (Count > 0)
            Rebuild(_table.Length);
    }

    private void Rebuild(int length)
    {
        CurveBin[] old = ArrayPool<CurveBin>.Shared.Rent(Count);
        int count = CopyTo(old);
        if (length == _table.Length)
            Array.Clear(_table);
        else
            _table = new CurveBin[length];
        _shift = 64 - BitOperations.Log2((uint)length);
        Count = 0;
        foreach (CurveBin bin in old.AsSpan(0, count))
        {
            ulong key = bin.Key & _kept;
            ref CurveBin found = ref _table[SlotOf(_table, key, _shift)];
            if (found.Key == 0)
                Count++;
            found = new CurveBin(key, found.Negatives + bin.Negatives, found.Positives + bin.Positives);
        }

        ArrayPool<CurveBin>.Shared.Return(old);
    }

    private int CopyTo(Span<CurveBin> bins)
    {
        int count = 0;
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
