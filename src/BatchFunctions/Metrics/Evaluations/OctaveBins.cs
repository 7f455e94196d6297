namespace BatchFunctions.Metrics.Evaluations;

/// <summary>
/// Bins of one width that lie side by side, those of an octave together: a record's bin is not searched for, but found by counting. An octave is a
/// power of two's numbers up to the next, of either sign.
/// </summary>
internal sealed class OctaveBins
{
    private const int MantissaBits = 52;
    private const int Octaves = 1 << (64 - MantissaBits);
    private const int Closed = -1;

    // Memory for so many bins as a curve may have in use, since octaves are seldom full.
    private const int RoomPerBin = 4;

    private readonly int[] _starts = new int[Octaves];
    private readonly int _room;
    private long[] _counts = [];
    private int _level;
    private int _length;
    private int _used;

    /// <summary>Makes a place without bins.</summary>
    /// <param name="limit">The number of bins that a curve may have in use.</param>
    public OctaveBins(int limit) => _room = 2 * RoomPerBin * limit;

    /// <summary>The number of bins in use.</summary>
    public int Count { get; private set; }

    /// <summary>Whether bins are so wide that a few octaves of them need little more memory than the bins that a curve may have in use.</summary>
    /// <param name="level">How many of the lowest bits of a key are not told apart.</param>
    /// <param name="limit">The number of bins that a curve may have in use.</param>
    public static bool CanHold(int level, int limit) => level <= MantissaBits && 1L << (MantissaBits - level) <= limit;

    /// <summary>Forgets all bins, and begins with those of another width.</summary>
    /// <param name="level">How many of the lowest bits of a key are not told apart; they can be held.</param>
    public void Clear(int level)
    {
        _starts.AsSpan().Fill(Closed);
        _counts.AsSpan(0, _used).Clear();
        (_level, _length, _used, Count) = (level, 2 << (MantissaBits - level), 0, 0);
    }

    /// <summary>Opens a key's octave, where there is room for it.</summary>
    /// <returns>Whether it is open now.</returns>
    public bool TryOpen(ulong key)
    {
        ref int start = ref _starts[key >> MantissaBits];
        if (start != Closed)
            return true;
        if (_used + _length > _room)
            return false;
        if (_counts.Length < _used + _length)
            Array.Resize(ref _counts, Math.Min(_room, Math.Max(2 * _counts.Length, _used + _length)));
        start = _used;
        _used += _length;
        return true;
    }

    /// <summary>Counts records up to the first whose octave is not open.</summary>
    /// <param name="scores">Their scores, finite.</param>
    /// <param name="positive">For each 1 where it turned out positive, and 0 where not.</param>
    /// <returns>How many were counted.</returns>
    public int Add(ReadOnlySpan<double> scores, ReadOnlySpan<double> positive)
    {
        positive = positive[..scores.Length];
        int[] starts = _starts;
        long[] counts = _counts;
        (int level, int last, int fresh, int i) = (_level, _length - 2, 0, 0);
        for (; i < scores.Length; i++)
        {
            ulong key = OutcomeCurve.KeyOf(scores[i]);
            int start = starts[key >> MantissaBits];
            if (start == Closed)
                break;

            // A bin is the number of its negatives and that of its positives.
            int at = start + ((int)(key >> level << 1) & last);
            fresh += (counts[at] | counts[at + 1]) == 0 ? 1 : 0;
            counts[at + (int)positive[i]]++;
        }

        Count += fresh;
        return i;
    }

    /// <summary>Adds the records of a bin whose octave is open.</summary>
    public void Add(CurveBin bin)
    {
        int at = _starts[bin.Key >> MantissaBits] + ((int)(bin.Key >> _level << 1) & (_length - 2));
        if ((_counts[at] | _counts[at + 1]) == 0)
            Count++;
        _counts[at] += bin.Negatives;
        _counts[at + 1] += bin.Positives;
    }

    /// <summary>Gives the bins in use, from the lowest.</summary>
    /// <returns>How many there are.</returns>
    public int CopyTo(Span<CurveBin> bins)
    {
        int count = 0;
        for (int octave = 0; octave < Octaves; octave++)
        {
            if (_starts[octave] == Closed)
                continue;
            ReadOnlySpan<long> counts = _counts.AsSpan(_starts[octave], _length);
            for (int at = 0; at < counts.Length; at += 2)
                if ((counts[at] | counts[at + 1]) != 0)
                    bins[count++] = new CurveBin(((ulong)octave << MantissaBits) + ((ulong)(at >> 1) << _level), counts[at], counts[at + 1]);
        }

        return count;
    }
}
