using System.Runtime.InteropServices;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary>Predictions of one of several classes against what turned out: the confusion matrix, kept by its cells in use, and the log loss.</summary>
internal sealed class ClassOutcomes : Outcomes
{
    private readonly Dictionary<(int Actual, int Predicted), long> _cells = [];
    private readonly double _clip;

    /// <summary>Makes outcomes without records.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="clip">How close to 0 or 1 a probability counts as at most: see <see cref="BinaryOutcomes"/>.</param>
    public ClassOutcomes(int classes, double clip) => (Classes, _clip) = (classes, clip);

    /// <summary>The number of classes; a prediction that is none of them has this position.</summary>
    public int Classes { get; }

    /// <inheritdoc/>
    public override long Records => _cells.Values.Sum();

    /// <summary>The number of probabilities that are none, being below 0 or above 1.</summary>
    public long Outside { get; private set; }

    /// <summary>The negative logarithms of the probability given to what turned out, in units of <see cref="FixedPoint"/>.</summary>
    public Int128 Logs { get; private set; }

    /// <summary>The cells in use, by the class that turned out and the class that was predicted.</summary>
    public IEnumerable<(int Actual, int Predicted, long Records)> Cells() =>
        _cells.OrderBy(c => c.Key).Select(c => (c.Key.Actual, c.Key.Predicted, c.Value));

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted, ReadOnlySpan<double> scores)
    {
        long units = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_cells, ((int)actual[i], (int)predicted[i]), out _)++;
            if (scores[i] is < 0 or > 1)
                Outside++;
            double log = -Math.Log(Math.Min(Math.Max(scores[i], _clip), 1 - _clip));

            // A batch of 131,072 terms of at most 37 fits 63 bits of units; each is a whole number of them.
            units += (long)((log + FixedPoint.Grain - FixedPoint.Grain) * FixedPoint.PerOne);
            if ((i & 0xFFFF) == 0xFFFF)
                (Logs, units) = (Logs + units, 0);
        }

        Logs += units;
    }

    /// <inheritdoc/>
    public override void Merge(Outcomes other)
    {
        var classes = (ClassOutcomes)other;
        if (classes.Classes != Classes)
            throw new ArgumentException($"Outcomes of {classes.Classes} classes cannot be merged with outcomes of {Classes}.", nameof(other));
        foreach (((int Actual, int Predicted) cell, long records) in classes._cells)
            CollectionsMarshal.GetValueRefOrAddDefault(_cells, cell, out _) += records;
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
            if (cell is not [>= 0, >= 0, > 0] || cell[0] >= record.Classes || cell[1] > record.Classes || !outcomes._cells.TryAdd(((int)cell[0], (int)cell[1]), cell[2]))
                throw new FormatException("A cell of the confusion matrix is a class that turned out, a class that was predicted, and a count.");
        }

        return outcomes;
    }
}
