using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Planning;

namespace BatchFunctions.Scoring;

/// <summary>Reads classes from a column of numbers or truth values.</summary>
internal sealed class NumberClassLabels : LabelReader
{
    private readonly Dictionary<double, int> _classes = [];
    private readonly bool _othersAreFirst;
    private double _offered = double.NaN;
    private FirstValues? _offeredTo;

    /// <summary>Makes a reader.</summary>
    /// <param name="classes">The labels by class, each of which stands for a number; the first may be null, and then is every other label.</param>
    public NumberClassLabels(IReadOnlyList<string?> classes)
    {
        _othersAreFirst = classes[0] is null;
        for (int i = 0; i < classes.Count; i++)
            if (classes[i] is { } label)
                _classes.TryAdd(LabelText.NumberOf(label)!.Value, i);
    }

    /// <inheritdoc/>
    public override void Read(Column column, int start, Span<double> actual, EvaluationMetrics metrics)
    {
        ColumnNumbers.Read(column, start, actual);
        long missing = 0, unknown = 0;
        (double lastLabel, int lastCode) = (double.NaN, -1);
        for (int i = 0; i < actual.Length; i++)
        {
            double label = actual[i];
            if (double.IsNaN(label))
            {
                missing++;
                continue;
            }

            if (label != lastLabel)
                (lastLabel, lastCode) = (label, _classes.GetValueOrDefault(label, -1));
            actual[i] = lastCode;
            if (lastCode >= 0)
                continue;
            Offer(label, _othersAreFirst ? metrics.OtherNames : metrics.UnknownNames);
            actual[i] = _othersAreFirst ? 0 : double.NaN;
            if (!_othersAreFirst)
                unknown++;
        }

        metrics.AddUnlabelled(missing, unknown);
    }

    // The same label over and over need not be spelled out each time.
    private void Offer(double label, FirstValues names)
    {
        if (label == _offered && names == _offeredTo)
            return;
        (_offered, _offeredTo) = (label, names);
        Span<byte> text = stackalloc byte[32];
        label.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        names.Offer(text[..length]);
    }
}
