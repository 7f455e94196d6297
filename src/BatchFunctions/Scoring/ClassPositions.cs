using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Scoring;

/// <summary>Finds the position of each predicted class among a multi-class model's classes.</summary>
internal sealed class ClassPositions
{
    private const int SmallNumbers = 256;

    private readonly Utf8Lookup? _texts;
    private readonly int[] _smallNumbers = new int[SmallNumbers];
    private readonly Dictionary<long, int> _numbers = [];
    private readonly int _none;

    public ClassPositions(ModelSignature model)
    {
        IReadOnlyList<string> classes = NamesOf(model);
        _none = classes.Count;
        if (model.LabelType == DataType.String)
            _texts = new Utf8Lookup(classes);
        for (int i = 0; i < classes.Count; i++)
            _numbers.TryAdd(long.TryParse(classes[i], CultureInfo.InvariantCulture, out long number) ? number : i, i);
        for (int i = 0; i < SmallNumbers; i++)
            _smallNumbers[i] = _numbers.GetValueOrDefault(i, _none);
    }

    /// <summary>The names of a multi-class model's classes, in the order of its probabilities; their positions where nothing names them.</summary>
    public static IReadOnlyList<string> NamesOf(ModelSignature model) =>
        model.Classes ?? [.. Enumerable.Range(0, model.Score.Width).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Reads the positions of some predicted classes; one that is no class of the model has the position behind the last.</summary>
    public void Read(Column labels, int start, Span<double> positions)
    {
        if (labels is Utf8Column texts)
            for (int i = 0; i < positions.Length; i++)
                positions[i] = _texts!.Find(texts[start + i]) is >= 0 and int position ? position : _none;
        else
            for (int i = 0; i < positions.Length; i++)
                positions[i] = PositionOf(((Column<long>)labels).Values[start + i]);
    }

    private int PositionOf(long number) => (ulong)number < SmallNumbers ? _smallNumbers[number] : _numbers.GetValueOrDefault(number, _none);
}
