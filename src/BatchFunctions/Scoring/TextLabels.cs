using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Models;
using BatchFunctions.Planning;

namespace BatchFunctions.Scoring;

/// <summary>
/// Reads classes from a column of text. A spelling is understood once and then only looked up, up to a number of spellings that no sensible
/// column has.
/// </summary>
internal sealed class TextLabels : LabelReader
{
    private const int MaxSpellings = 1024;
    private const int Missing = -2;
    private const int TooMany = -1;

    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<double, int> _byNumber = [];
    private readonly bool _othersAreFirst;
    private readonly List<byte[]> _spellings = [];
    private readonly Meaning[] _meanings = new Meaning[MaxSpellings];
    private readonly long[] _counts = new long[MaxSpellings];
    private readonly EntryValues<int> _ofEntries;
    private Utf8Lookup _lookup = new((IReadOnlyList<byte[]>)[]);

    /// <summary>Makes a reader.</summary>
    /// <param name="classes">The labels by class; the first may be null, and then is every other label.</param>
    public TextLabels(IReadOnlyList<string?> classes)
    {
        _ofEntries = new EntryValues<int>(Missing, SpellingOf);
        _othersAreFirst = classes[0] is null;
        for (int i = 0; i < classes.Count; i++)
        {
            if (classes[i] is not { } label)
                continue;
            _byName.TryAdd(label, i);
            if (LabelText.NumberOf(label) is { } number)
                _byNumber.TryAdd(number, i);
        }
    }

    /// <inheritdoc/>
    public override void Read(Column column, int start, Span<double> actual, EvaluationMetrics metrics)
    {
        var texts = (Utf8Column)column;
        Array.Clear(_counts);
        long missing = 0;
        if (texts.Entries is { } entries)
        {
            ReadOnlySpan<int> spellings = _ofEntries.Of(entries);
            ReadOnlySpan<ushort> entryOf = texts.EntryOf.Slice(start, actual.Length);
            for (int i = 0; i < actual.Length; i++)
                actual[i] = CodeOf(spellings[entryOf[i]], texts, start + i, ref missing, metrics);
        }
        else
        {
            ReadOnlySpan<byte> bytes = texts.Bytes;
            ReadOnlySpan<int> offsets = texts.Offsets.Slice(start, actual.Length + 1);
            for (int i = 0; i < actual.Length; i++)
                actual[i] = CodeOf(SpellingOf(bytes[offsets[i]..offsets[i + 1]]), texts, start + i, ref missing, metrics);
        }

        for (int spelling = 0; spelling < _spellings.Count; spelling++)
            if (_counts[spelling] > 0)
                Tell(_spellings[spelling], _meanings[spelling], _counts[spelling], metrics);
        metrics.AddUnlabelled(missing, 0);
    }

    private double CodeOf(int spelling, Utf8Column texts, int row, ref long missing, EvaluationMetrics metrics)
    {
        if (spelling >= 0)
        {
            _counts[spelling]++;
            return _meanings[spelling].Code;
        }

        if (spelling == Missing)
        {
            missing++;
            return double.NaN;
        }

        Meaning meaning = Understand(texts[row]);
        Tell(texts[row], meaning, 1, metrics);
        return meaning.Code;
    }

    // The number of a spelling that is remembered, now if not before.
    private int SpellingOf(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return Missing;
        int spelling = _lookup.Find(text);
        return spelling >= 0 ? spelling : Learn(text);
    }

    private static void Tell(ReadOnlySpan<byte> text, Meaning meaning, long records, EvaluationMetrics metrics)
    {
        if (meaning.IsNamed)
            return;
        bool isUnknown = double.IsNaN(meaning.Code);
        metrics.AddUnlabelled(0, isUnknown ? records : 0);
        (isUnknown ? metrics.UnknownNames : metrics.OtherNames).Offer(text);
    }

    private int Learn(ReadOnlySpan<byte> text)
    {
        if (_spellings.Count == MaxSpellings || text.Length > FirstValues.LongestValue)
            return TooMany;
        _meanings[_spellings.Count] = Understand(text);
        _spellings.Add(text.ToArray());
        _lookup = new Utf8Lookup(_spellings);
        return _spellings.Count - 1;
    }

    private Meaning Understand(ReadOnlySpan<byte> text)
    {
        string label = Encoding.UTF8.GetString(text);
        if (_byName.TryGetValue(label, out int code) || (LabelText.NumberOf(label) is { } number && _byNumber.TryGetValue(number, out code)))
            return new Meaning(code, IsNamed: true);
        return new Meaning(_othersAreFirst ? 0 : double.NaN, IsNamed: false);
    }

    /// <summary>What a spelling says.</summary>
    /// <param name="Code">The class's position; NaN for none.</param>
    /// <param name="IsNamed">Whether the plan names the label.</param>
    private readonly record struct Meaning(double Code, bool IsNamed);
}
