using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary>Scores and predictions of one of two classes against what turned out.</summary>
internal sealed class BinaryOutcomes : Outcomes
{
    /// <summary>The number of bins of the curve over all records.</summary>
    public const int CurveBins = 16_384;

    /// <summary>The number of bins of a segment's curve.</summary>
    public const int SegmentCurveBins = 512;

    // So many terms of at most 2^46 units, in four lanes, fit 63 bits.
    private const int Block = 1 << 16;

    private readonly double _clip;

    /// <summary>Makes outcomes without records.</summary>
    /// <param name="clip">
    /// How close to 0 or 1 a probability counts as at most, so that a certain mistake costs something finite: the machine epsilon of the scores'
    /// type, as scikit-learn's <c>log_loss</c> takes it.
    /// </param>
    public BinaryOutcomes(double clip)
        : this(clip, new OutcomeCurve(CurveBins), new CalibrationBins())
    {
    }

    private BinaryOutcomes(double clip, OutcomeCurve curve, CalibrationBins? calibration) => (_clip, Curve, Calibration) = (clip, curve, calibration);

    /// <summary>Records predicted positive that turned out positive.</summary>
    public long TruePositives { get; private set; }

    /// <summary>Records predicted positive that turned out negative.</summary>
    public long FalsePositives { get; private set; }

    /// <summary>Records predicted negative that turned out negative.</summary>
    public long TrueNegatives { get; private set; }

    /// <summary>Records predicted negative that turned out positive.</summary>
    public long FalseNegatives { get; private set; }

    /// <summary>The number of records that turned out positive.</summary>
    public long Positives => TruePositives + FalseNegatives;

    /// <inheritdoc/>
    public override long Records => Positives + TrueNegatives + FalsePositives;

    /// <summary>The number of scores that are no probabilities, being below 0 or above 1.</summary>
    public long Outside { get; private set; }

    /// <summary>The squared differences between probability and outcome, in units of <see cref="FixedPoint"/>.</summary>
    public Int128 Squares { get; private set; }

    /// <summary>The negative logarithms of the probability given to what turned out, in units of <see cref="FixedPoint"/>.</summary>
    public Int128 Logs { get; private set; }

    /// <summary>Outcomes by score.</summary>
    public OutcomeCurve Curve { get; }

    /// <summary>Outcomes by range of probability; null for a segment.</summary>
    public CalibrationBins? Calibration { get; }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted, ReadOnlySpan<double> scores)
    {
        Curve.Add(scores, actual);
        Calibration?.Add(scores, actual);
        for (; !scores.IsEmpty; actual = actual[Math.Min(Block, actual.Length)..], predicted = predicted[Math.Min(Block, predicted.Length)..], scores = scores[Math.Min(Block, scores.Length)..])
            AddBlock(Head(actual), Head(predicted), Head(scores));
    }

    /// <inheritdoc/>
    public override void Merge(Outcomes other)
    {
        var binary = (BinaryOutcomes)other;
        TruePositives += binary.TruePositives;
        FalsePositives += binary.FalsePositives;
        TrueNegatives += binary.TrueNegatives;
        FalseNegatives += binary.FalseNegatives;
        Outside += binary.Outside;
        Squares += binary.Squares;
        Logs += binary.Logs;
        Curve.Merge(binary.Curve);
        if (Calibration is not null && binary.Calibration is { } calibration)
            Calibration.Merge(calibration);
    }

    /// <inheritdoc/>
    public override Outcomes CreateEmpty() => new BinaryOutcomes(_clip, new OutcomeCurve(Curve.Limit), Calibration is null ? null : new CalibrationBins());

    /// <inheritdoc/>
    public override Outcomes CreateSegment() => new BinaryOutcomes(_clip, new OutcomeCurve(SegmentCurveBins), null);

    /// <inheritdoc/>
    public override OutcomesRecord ToRecord() => new()
    {
        Binary = new BinaryRecord
        {
            TruePositives = TruePositives,
            FalsePositives = FalsePositives,
            TrueNegatives = TrueNegatives,
            FalseNegatives = FalseNegatives,
            Outside = Outside,
            Squares = Squares,
            Logs = Logs,
            Curve = Curve.ToRecord(),
            Calibration = Calibration?.ToRecord(),
        },
    };

    /// <summary>Reads what <see cref="ToRecord"/> wrote.</summary>
    /// <exception cref="FormatException">The record is none that was written here.</exception>
    public static BinaryOutcomes FromRecord(BinaryRecord record)
    {
        var outcomes = new BinaryOutcomes(
            double.Epsilon,
            OutcomeCurve.FromRecord(record.Curve),
            record.Calibration is { } calibration ? CalibrationBins.FromRecord(calibration) : null)
        {
            TruePositives = record.TruePositives,
            FalsePositives = record.FalsePositives,
            TrueNegatives = record.TrueNegatives,
            FalseNegatives = record.FalseNegatives,
            Outside = record.Outside,
            Squares = record.Squares,
            Logs = record.Logs,
        };
        (long negatives, long positives) = outcomes.Curve.Totals();
        return (negatives, positives) == (outcomes.Records - outcomes.Positives, outcomes.Positives)
            ? outcomes
            : throw new FormatException("The records of a curve do not add up to those that were evaluated.");
    }

    private static ReadOnlySpan<double> Head(ReadOnlySpan<double> values) => values[..Math.Min(Block, values.Length)];

    private void AddBlock(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted, ReadOnlySpan<double> scores)
    {
        Sums sums = default;
        int whole = scores.Length & ~3;
        for (int i = 0; i < whole; i += 4)
            Add(ref sums, Vector256.Create(actual[i..]), Vector256.Create(predicted[i..]), Vector256.Create(scores[i..]), Vector256<long>.AllBitsSet);
        if (whole < scores.Length)
            AddTail(ref sums, actual[whole..], predicted[whole..], scores[whole..]);

        long positives = (long)Vector256.Sum(sums.Positives), called = (long)Vector256.Sum(sums.Called), hits = (long)Vector256.Sum(sums.Hits);
        TruePositives += hits;
        FalsePositives += called - hits;
        FalseNegatives += positives - hits;
        TrueNegatives += scores.Length - called - positives + hits;
        Outside += (long)Vector256.Sum(sums.Outside);
        Squares += Vector256.Sum(sums.Squares);
        Logs += Vector256.Sum(sums.Logs);
    }

    private void AddTail(ref Sums sums, ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted, ReadOnlySpan<double> scores)
    {
        Span<double> padded = stackalloc double[16];
        padded.Clear();
        actual.CopyTo(padded);
        predicted.CopyTo(padded[4..]);
        scores.CopyTo(padded[8..]);
        MemoryMarshal.Cast<double, long>(padded.Slice(12, scores.Length)).Fill(-1);
        Add(ref sums, Vector256.Create<double>(padded), Vector256.Create<double>(padded[4..]), Vector256.Create<double>(padded[8..]), Vector256.Create<double>(padded[12..]).AsInt64());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(ref Sums sums, Vector256<double> actual, Vector256<double> predicted, Vector256<double> score, Vector256<long> counts)
    {
        Vector256<double> one = Vector256<double>.One, grain = Vector256.Create(FixedPoint.Grain);
        Vector256<long> zeroUnits = Vector256.Create(FixedPoint.GrainBits);
        Vector256<double> probability = Vector256.MinNative(Vector256.MaxNative(score, Vector256<double>.Zero), one);
        sums.Positives += actual;
        sums.Called += predicted;
        sums.Hits += actual * predicted;
        sums.Outside += ~Vector256.Equals(probability, score) & one;
        Vector256<double> difference = probability - actual;
        sums.Squares += ((difference * difference) + grain).AsInt64() - zeroUnits;

        // Where the outcome is 1 the probability itself, where it is 0 what is left of it: both without rounding but that of 1 - p.
        Vector256<double> given = Vector256.ConditionalSelect(Vector256.Equals(actual, one), probability, one - probability);
        given = Vector256.MinNative(Vector256.MaxNative(given, Vector256.Create(_clip)), Vector256.Create(1 - _clip));
        sums.Logs += ((grain - Logarithm.Of(given)).AsInt64() - zeroUnits) & counts;
    }

    private struct Sums
    {
        public Vector256<double> Positives;
        public Vector256<double> Called;
        public Vector256<double> Hits;
        public Vector256<double> Outside;
        public Vector256<long> Squares;
        public Vector256<long> Logs;
    }
}
