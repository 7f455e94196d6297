using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary>Predictions of one of several classes against what turned out: the confusion matrix, kept by its cells in use, and the log loss.</summary>
internal sealed class ClassOutcomes : Outcomes
{
    // So many terms of at most 2^46 units, in four lanes, fit 63 bits.
    private const int Block = 1 << 16;

    // So many cells at most are held as a matrix, and more by those in use.
    private const int LargestMatrix = 1024;

    private readonly long[] _matrix = [];
    private readonly Dictionary<(int Actual, int Predicted), long> _cells = [];
    private readonly double _clip;

    /// <summary>Makes outcomes without records.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="clip">How close to 0 or 1 a probability counts as at most: see <see cref="BinaryOutcomes"/>.</param>
    public ClassOutcomes(int classes, double clip)
    {
        (Classes, _clip) = (classes, clip);
        if ((long)classes * (classes + 1) <= LargestMatrix)
            _matrix = new long[classes * (classes + 1)];
    }

    /// <summary>The number of classes; a prediction that is none of them has this position.</summary>
    public int Classes { get; }

    /// <inheritdoc/>
    public override long Records => _matrix.Sum() + _cells.Values.Sum();

    /// <summary>The number of probabilities that are none, being below 0 or above 1.</summary>
    public long Outside { get; private set; }

    /// <summary>The negative logarithms of the probability given to what turned out, in units of <see cref="FixedPoint"/>.</summary>
    public Int128 Logs { get; private set; }

    /// <summary>The cells in use, by the class that turned out and the class that was predicted.</summary>
    public IEnumerable<(int Actual, int Predicted, long Records)> Cells() => _matrix.Length == 0
        ? _cells.OrderBy(c => c.Key).Select(c => (c.Key.Actual, c.Key.Predicted, c.Value))
        : _matrix.Index().Where(c => c.Item > 0).Select(c => (c.Index / (Classes + 1), c.Index % (Classes + 1), c.Item));

    private ref long this[int actual, int predicted] => ref _matrix.Length == 0
        ? ref CollectionsMarshal.GetValueRefOrAddDefault(_cells, (actual, predicted), out _)
        : ref _matrix[(actual * (Classes + 1)) + predicted];

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted, ReadOnlySpan<double> scores)
    {
        if (_matrix.Length == 0)
            for (int i = 0; i < actual.Length; i++)
                CollectionsMarshal.GetValueRefOrAddDefault(_cells, ((int)actual[i], (int)predicted[i]), out _)++;
        else
            for (int i = 0; i < actual.Length; i++)
                _matrix[((int)actual[i] * (Classes + 1)) + (int)predicted[i]]++;

        for (; !scores.IsEmpty; scores = scores[Math.Min(Block, scores.Length)..])
            AddScores(scores[..Math.Min(Block, scores.Length)]);
    }

    /// <inheritdoc/>
    public override void Merge(Outcomes other)
    {
        var classes = (ClassOutcomes)other;
        if (classes.Classes != Classes)
            throw new ArgumentException($"Outcomes of {classes.Classes} classes cannot be merged with outcomes of {Classes}.", nameof(other));
        foreach ((int actual, int predicted, long records) in classes.Cells())
            this[actual, predicted] += records;
        Outside += classes.Outside;
        Logs += classes.Logs;
    }

    /// <inheritdoc/>
    public override Outcomes CreateEmpty() => new ClassOutcomes(Classes, _clip);

    /// <inheritdoc/>
    public override OutcomesRecord ToRecord() => new()
    {
        Classes = new ClassRecord { Classes = Classes, Cells = [.. Cells().Select(c => new[] { c.Actual, c.Predicted, c.Records })], Outside = Outside, Logs = Logs },
    };

    /// <summary>Reads what <see cref="ToRecord"/> wrote.</summary>
    /// <exception cref="FormatException">The record is none that was written here.</exception>
    public static ClassOutcomes FromRecord(ClassRecord record)
    {
        var outcomes = new ClassOutcomes(record.Classes, double.Epsilon) { Outside = record.Outside, Logs = record.Logs };
        foreach (long[] cell in record.Cells)
        {
            if (cell is not [>= 0, >= 0, > 0] || cell[0] >= record.Classes || cell[1] > record.Classes || outcomes[(int)cell[0], (int)cell[1]] != 0)
                throw new FormatException("A cell of the confusion matrix is a class that turned out, a class that was predicted, and a count.");
            outcomes[(int)cell[0], (int)cell[1]] = cell[2];
        }

        return outcomes;
    }

    private void AddScores(ReadOnlySpan<double> scores)
    {
        Vector256<long> outside = default, units = default;
        int whole = scores.Length & ~(Vector256<double>.Count - 1);
        for (int i = 0; i < whole; i += Vector256<double>.Count)
            AddScores(Vector256.Create(scores[i..]), ref outside, ref units);
        if (whole < scores.Length)
        {
            // A certain hit has no logarithm but that of the clip.
            Span<double> padded = stackalloc double[Vector256<double>.Count];
            padded.Fill(1);
            scores[whole..].CopyTo(padded);
            Vector256<long> own = default;
            AddScores(Vector256.Create<double>(padded), ref outside, ref own);
            for (int i = 0; i < scores.Length - whole; i++)
                Logs += own[i];
        }

        Outside -= Vector256.Sum(outside);
        Logs += Vector256.Sum(units);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddScores(Vector256<double> scores, ref Vector256<long> outside, ref Vector256<long> units)
    {
        outside += (Vector256.LessThan(scores, Vector256<double>.Zero) | Vector256.GreaterThan(scores, Vector256<double>.One)).AsInt64();
        Vector256<double> given = Vector256.MinNative(Vector256.MaxNative(scores, Vector256.Create(_clip)), Vector256.Create(1 - _clip));
        units += (Vector256.Create(FixedPoint.Grain) - Logarithm.Of(given)).AsInt64() - Vector256.Create(FixedPoint.GrainBits);
    }
}
