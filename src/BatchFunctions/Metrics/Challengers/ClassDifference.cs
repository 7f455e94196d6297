using System.Numerics.Tensors;

namespace BatchFunctions.Metrics.Challengers;

/// <summary>How far the probabilities that two models give to one class are apart. Merging is exact in any order and grouping.</summary>
public sealed class ClassDifference
{
    private readonly ExactSum _sum;
    private readonly ExactSum _magnitudes;

    /// <summary>Makes the difference of no records.</summary>
    internal ClassDifference()
        : this(new ExactSum(), new ExactSum())
    {
    }

    private ClassDifference(ExactSum sum, ExactSum magnitudes) => (_sum, _magnitudes) = (sum, magnitudes);

    /// <summary>The largest size of a difference.</summary>
    public double Largest { get; private set; }

    /// <summary>The mean of the challenger's probability minus the model's.</summary>
    /// <param name="records">The number of records that were added.</param>
    public double MeanOf(long records) => ExactMath.Quotient(_sum.ToInteger(), records, ExactSum.UnitExponent);

    /// <summary>The mean size of the difference.</summary>
    /// <param name="records">The number of records that were added.</param>
    public double MeanSizeOf(long records) => ExactMath.Quotient(_magnitudes.ToInteger(), records, ExactSum.UnitExponent);

    /// <summary>Adds differences, all finite, of which nothing but the sizes is left.</summary>
    internal void Add(Span<double> differences)
    {
        if (differences.IsEmpty)
            return;
        _sum.Add(differences);
        TensorPrimitives.Abs(differences, differences);
        _magnitudes.Add(differences);
        Largest = Math.Max(Largest, TensorPrimitives.Max<double>(differences));
    }

    /// <summary>Adds those of other records.</summary>
    internal void Merge(ClassDifference other)
    {
        _sum.Add(other._sum);
        _magnitudes.Add(other._magnitudes);
        Largest = Math.Max(Largest, other.Largest);
    }

    internal ClassDifferenceRecord ToRecord() => new(_sum.ToString(), _magnitudes.ToString(), Largest);

    /// <exception cref="FormatException">The record is none that was written here.</exception>
    internal static ClassDifference FromRecord(ClassDifferenceRecord record) =>
        new(ExactSum.Parse(record.Sum), ExactSum.Parse(record.Magnitudes)) { Largest = record.Largest };
}
