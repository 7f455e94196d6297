using System.Runtime.InteropServices;
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

    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<double, int> _byNumber = [];
    private readonly bool _othersAreFirst;
    private readonly List<byte[]> _spellings = [];
    private readonly List<Meaning> _meanings = [];
    private readonly List<long> _counts = [];
    private Utf8Lookup _lookup = new((IReadOnlyList<byte[]>)[]);

    /// <summary>Makes a reader.</summary>
    /// <param name="classes">The labels by class; the first may be null, and then is every other label.</param>
    public TextLabels(IReadOnlyList<string?> classes)
    {
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
        CollectionsMarshal.AsSpan(_counts).Clear();
        long missing = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            ReadOnlySpan<byte> text = texts[start + i];
            if (text.IsEmpty)
            {
                missing++;
                actual[i] = double.NaN;
                continue;
            }

            int spelling = _lookup.Find(text);
            if (spelling < 0)
                spelling = Learn(text);
            if (spelling >= 0)
            {
                _counts[spelling]++;
                actual[i] = _meanings[spelling].Code;
            }
            else
            {
                Meaning meaning = Understand(text);
                actual[i] = meaning.Code;
                Tell(text, meaning, 1, metrics);
            }
        }

        for (int spelling = 0; spelling < _counts.Count; spelling++)
            if (_counts[spelling] > 0)
                Tell(_spellings[spelling], _meanings[spelling], _counts[spelling], metrics);
        metrics.AddUnlabelled(missing, 0);
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
            return -1;
        _meanings.Add(Understand(text));
        _counts.Add(0);
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
