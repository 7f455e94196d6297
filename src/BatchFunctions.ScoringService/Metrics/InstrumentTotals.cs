namespace BatchFunctions.ScoringService.Metrics;

/// <summary>What one instrument was told, with one set of labels.</summary>
internal sealed class InstrumentTotals
{
    /// <summary>The upper bounds of a histogram's buckets, in seconds.</summary>
    public static IReadOnlyList<double> Bounds { get; } = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    private readonly long[] _buckets = new long[Bounds.Count];

    /// <summary>The sum of a counter or a histogram, the last value of a gauge.</summary>
    public double Value { get; private set; }

    /// <summary>How many values a histogram had.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them each bucket has, those of the buckets before it included.</summary>
    public IReadOnlyList<long> Buckets => _buckets;

    public void Add(double value) => Value += value;

    public void Set(double value) => Value = value;

    public void Record(double value)
    {
        Value += value;
        Count++;
        for (var i = 0; i < _buckets.Length; i++)
            if (value <= Bounds[i])
                _buckets[i]++;
    }
}
