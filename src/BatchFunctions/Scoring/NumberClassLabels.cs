using System.Globalization;
using System.Runtime.Intrinsics;
using BatchFunctions.Data;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Planning;

namespace BatchFunctions.Scoring;

/// <summary>Reads classes from a column of numbers or truth values.</summary>
internal sealed class NumberClassLabels : LabelReader
{
    private const int SmallNumbers = 256;

    private readonly Dictionary<double, int> _classes = [];
    private readonly int[] _smallClasses = new int[SmallNumbers];
    private readonly double _first = double.NaN;
    private readonly double _second = double.NaN;
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
        for (int i = 0; i < SmallNumbers; i++)
            _smallClasses[i] = _classes.GetValueOrDefault(i, -1);
        if (classes.Count != 2)
            return;
        foreach ((double label, int code) in _classes)
            (_first, _second) = code == 0 ? (label, _second) : (_first, label);
    }

    /// <inheritdoc/>
    public override void Read(Column column, int start, Span<double> actual, EvaluationMetrics metrics)
    {
        ColumnNumbers.Read(column, start, actual);
        FirstValues unnamed = _othersAreFirst ? metrics.OtherNames : metrics.UnknownNames;
        (long missing, long unknown) = (0, 0);
        for (int done = 0; done < actual.Length;)
        {
            done += ReadTwo(actual[done..], unnamed);

            // Of few labels that are neither, or of several classes.
            Span<double> rest = actual.Slice(done, Math.Min(actual.Length - done, double.IsNaN(_second) ? actual.Length : Vector256<double>.Count));
            foreach (ref double label in rest)
            {
                if (double.IsNaN(label))
                {
                    missing++;
                    continue;
                }

                int code = CodeOf(label);
                if (code < 0)
                {
                    Offer(label, unnamed);
                    unknown += _othersAreFirst ? 0 : 1;
                }

                label = code >= 0 ? code : _othersAreFirst ? 0 : double.NaN;
            }

            done += rest.Length;
        }

        metrics.AddUnlabelled(missing, unknown);
    }

    // Reads labels of two classes up to the first that are none of them, and says how many; a label that others were like before counts as named.
    private int ReadTwo(Span<double> actual, FirstValues unnamed)
    {
        var first = Vector256.Create(_othersAreFirst && _offeredTo == unnamed ? _offered : _first);
        var second = Vector256.Create(_second);
        int done = 0;
        for (; done + Vector256<double>.Count <= actual.Length; done += Vector256<double>.Count)
        {
            Span<double> some = actual[done..];
            var label = Vector256.Create<double>(some);
            Vector256<double> isSecond = Vector256.Equals(label, second);
            if ((Vector256.Equals(label, first) | isSecond).AsInt64() != Vector256<long>.AllBitsSet)
                break;
            (isSecond & Vector256<double>.One).CopyTo(some);
        }

        return done;
    }

    private int CodeOf(double label)
    {
        int small = (int)label;
        return small == label && (uint)small < SmallNumbers ? _smallClasses[small] : _classes.GetValueOrDefault(label, -1);
    }

    // The same label over and over need not be spelled out each time; -0 is the same as 0, and is spelled like it, whichever comes first.
    private void Offer(double label, FirstValues names)
    {
        if (label == _offered && names == _offeredTo)
            return;
        (_offered, _offeredTo) = (label, names);
        Span<byte> text = stackalloc byte[32];
        (label + 0.0).TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        names.Offer(text[..length]);
    }
}
