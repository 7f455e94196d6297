using System.Numerics;
using System.Numerics.Tensors;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary>Predicted numbers against those that turned out. An error is rounded once, as it is taken; sums of errors and of squares are exact.</summary>
internal sealed class ValueOutcomes : Outcomes
{
    // Small enough for a cache.
    private const int Block = 1024;

    private readonly ExactSum _errors = new();
    private readonly ExactSum _magnitudes = new();
    private readonly ExactSum _squares = new();
    private readonly ExactSum _values = new();
    private readonly ExactSum _valueSquares = new();
    private long _records;

    /// <summary>Makes outcomes without records.</summary>
    public ValueOutcomes()
        : this(new ExactSum(), new ExactSum(), new ExactSum(), new ExactSum(), new ExactSum())
    {
    }

    private ValueOutcomes(ExactSum errors, ExactSum magnitudes, ExactSum squares, ExactSum values, ExactSum valueSquares) =>
        (_errors, _magnitudes, _squares, _values, _valueSquares) = (errors, magnitudes, squares, values, valueSquares);

    /// <inheritdoc/>
    public override long Records => _records;

    /// <summary>The largest magnitude of an error.</summary>
    public double LargestError { get; private set; }

    /// <summary>The mean of predicted - actual.</summary>
    public double MeanError => ExactMath.Quotient(_errors.ToInteger(), _records, ExactSum.UnitExponent);

    /// <summary>The mean of |predicted - actual|.</summary>
    public double MeanAbsoluteError => ExactMath.Quotient(_magnitudes.ToInteger(), _records, ExactSum.UnitExponent);

    /// <summary>The mean of (predicted - actual)².</summary>
    public double MeanSquaredError => ExactMath.Quotient(_squares.ToInteger(), _records, ExactSum.UnitExponent);

    /// <summary>The mean of what turned out.</summary>
    public double MeanActual => ExactMath.Quotient(_values.ToInteger(), _records, ExactSum.UnitExponent);

    /// <summary>
    /// The share of the actual values' variance that is explained: 1 - Σ(predicted - actual)² / Σ(actual - mean)². Null where all values are the same.
    /// </summary>
    public double? Determination
    {
        get
        {
            // With sums in units of u: Σ(y - mean)² = (n·Q - S²·u)·u/n, so that R² = 1 - n·E / (n·Q - S²·u).
            BigInteger sum = _values.ToInteger(), n = _records;
            BigInteger spread = (n * _valueSquares.ToInteger() << -ExactSum.UnitExponent) - (sum * sum);
            return spread.Sign <= 0 ? null : ExactMath.Quotient(spread - (n * _squares.ToInteger() << -ExactSum.UnitExponent), spread, 0);
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted, ReadOnlySpan<double> scores)
    {
        Span<double> room = stackalloc double[Block];
        for (; !actual.IsEmpty; actual = actual[Math.Min(Block, actual.Length)..], predicted = predicted[Math.Min(Block, predicted.Length)..])
        {
            Span<double> errors = room[..Math.Min(Block, actual.Length)];
            ReadOnlySpan<double> some = actual[..errors.Length];
            TensorPrimitives.Subtract(predicted[..errors.Length], some, errors);
            _records += errors.Length;
            _errors.Add(errors);
            _squares.AddSquares(errors);
            _values.Add(some);
            _valueSquares.AddSquares(some);
            TensorPrimitives.Abs(errors, errors);
            _magnitudes.Add(errors);
            LargestError = Math.Max(LargestError, TensorPrimitives.Max<double>(errors));
        }
    }

    /// <inheritdoc/>
    public override void Merge(Outcomes other)
    {
        var values = (ValueOutcomes)other;
        _records += values._records;
        _errors.Add(values._errors);
        _magnitudes.Add(values._magnitudes);
        _squares.Add(values._squares);
        _values.Add(values._values);
        _valueSquares.Add(values._valueSquares);
        LargestError = Math.Max(LargestError, values.LargestError);
    }

    /// <inheritdoc/>
    public override Outcomes CreateEmpty() => new ValueOutcomes();

    /// <inheritdoc/>
    public override OutcomesRecord ToRecord() => new()
    {
        Values = new ValueRecord
        {
            Records = _records,
            Errors = _errors.ToString(),
            Magnitudes = _magnitudes.ToString(),
            Squares = _squares.ToString(),
            Values = _values.ToString(),
            ValueSquares = _valueSquares.ToString(),
            LargestError = LargestError,
        },
    };

    /// <summary>Reads what <see cref="ToRecord"/> wrote.</summary>
    /// <exception cref="FormatException">The record is none that was written here.</exception>
    public static ValueOutcomes FromRecord(ValueRecord record) => new(
        ExactSum.Parse(record.Errors), ExactSum.Parse(record.Magnitudes), ExactSum.Parse(record.Squares), ExactSum.Parse(record.Values), ExactSum.Parse(record.ValueSquares))
    {
        _records = record.Records,
        LargestError = record.LargestError,
    };
}
