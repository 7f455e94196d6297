namespace BatchFunctions.Metrics.Evaluations;

/// <summary>
/// What was predicted for some records against what turned out. Merging gives the same result, to the last bit, in whatever order and
/// grouping it is done.
/// </summary>
internal abstract class Outcomes
{
    /// <summary>The number of records.</summary>
    public abstract long Records { get; }

    /// <summary>Adds records. All spans have one entry for each.</summary>
    /// <param name="actual">What turned out: a class's position, or a number.</param>
    /// <param name="predicted">What was predicted, likewise.</param>
    /// <param name="scores">The probability of the positive class (two classes) or of the class that turned out (several); empty for numbers.</param>
    public abstract void Add(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted, ReadOnlySpan<double> scores);

    /// <summary>Adds the records of others of the same kind.</summary>
    public abstract void Merge(Outcomes other);

    /// <summary>Others of the same kind without records.</summary>
    public abstract Outcomes CreateEmpty();

    /// <summary>Others of the same kind without records, for one of many segments: they keep less, so that many may be kept.</summary>
    public virtual Outcomes CreateSegment() => CreateEmpty();

    /// <summary>All that is kept, as it is written down.</summary>
    public abstract OutcomesRecord ToRecord();

    /// <summary>Reads what <see cref="ToRecord"/> wrote.</summary>
    /// <exception cref="FormatException">The record is none that was written here.</exception>
    public static Outcomes FromRecord(OutcomesRecord record) => record switch
    {
        { Binary: { } binary } => BinaryOutcomes.FromRecord(binary),
        { Classes: { } classes } => ClassOutcomes.FromRecord(classes),
        { Values: { } values } => ValueOutcomes.FromRecord(values),
        _ => throw new FormatException("There are no outcomes of a known kind."),
    };
}
