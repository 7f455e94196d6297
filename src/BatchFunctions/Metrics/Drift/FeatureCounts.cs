using BatchFunctions.Models;

namespace BatchFunctions.Metrics.Drift;

/// <summary>How many of a feature's values fell into each bin of its baseline. Whole numbers, so that merging is exact in any order.</summary>
internal sealed class FeatureCounts
{
    private FeatureCounts(int bins, bool isNumeric)
    {
        Bins = new long[bins];
        Unknown = isNumeric ? null : new UnknownValues();
    }

    /// <summary>
    /// The counts. For numbers: below the first edge, each bin, above the last edge. For categories: each category, then all other values.
    /// </summary>
    public long[] Bins { get; }

    /// <summary>The number of missing values.</summary>
    public long Missing { get; set; }

    /// <summary>The values that are no category; null for numbers.</summary>
    public UnknownValues? Unknown { get; }

    /// <summary>The number of records.</summary>
    public long Records => Bins.Sum() + Missing;

    /// <summary>Makes counts of nothing.</summary>
    /// <param name="histogram">The baseline's histogram.</param>
    public static FeatureCounts For(Histogram histogram) =>
        new(histogram.Counts.Count + (histogram.IsNumeric ? 2 : 1), histogram.IsNumeric);

    /// <summary>Adds all that <paramref name="other"/> holds.</summary>
    /// <exception cref="ArgumentException">It was counted against another baseline.</exception>
    public void Merge(FeatureCounts other)
    {
        if (other.Bins.Length != Bins.Length || other.Unknown is null != Unknown is null)
            throw new ArgumentException($"A feature with {other.Bins.Length} bins cannot be merged with one of {Bins.Length}.", nameof(other));
        for (int i = 0; i < Bins.Length; i++)
            Bins[i] += other.Bins[i];
        Missing += other.Missing;
        if (other.Unknown is { } unknown)
            Unknown!.Merge(unknown);
    }

    /// <summary>Counts of nothing for the same bins.</summary>
    public FeatureCounts Empty() => new(Bins.Length, Unknown is null);

    internal FeatureRecord ToRecord() => new()
    {
        Bins = SparseCounts.Pack(Bins),
        Missing = Missing,
        Unknown = Unknown?.ToDictionary(),
    };

    /// <exception cref="FormatException">The record is none that was written here.</exception>
    internal static FeatureCounts FromRecord(FeatureRecord record)
    {
        long[] bins = SparseCounts.Unpack(record.Bins);
        var counts = new FeatureCounts(bins.Length, record.Unknown is null) { Missing = record.Missing };
        bins.CopyTo(counts.Bins, 0);
        foreach ((string value, long count) in record.Unknown ?? new Dictionary<string, long>())
            counts.Unknown!.Add(value, count);
        return record.Missing >= 0 ? counts : throw new FormatException("A count is negative.");
    }
}
