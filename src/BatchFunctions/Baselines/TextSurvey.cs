using System.Buffers.Text;
using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Baselines;

/// <summary>Looks at text: its different values, and whether all of them are numbers.</summary>
/// <param name="mayBeNumbers">Whether that is of interest.</param>
internal sealed class TextSurvey(bool mayBeNumbers) : ColumnSurvey
{
    // Beyond this a column is free text or an id, and no bins of it would be worth their memory.
    private const int MostDifferent = 10_000;

    private readonly Dictionary<string, long> _values = new(StringComparer.Ordinal);
    private readonly QuantileSketch _numbers = new();
    private bool _isNumbers = mayBeNumbers;
    private bool _isWhole = true;
    private bool _isTooMany;
    private long _present;

    /// <inheritdoc/>
    public override void Look(Column column, int start, int length)
    {
        var text = (Utf8Column)column;
        for (int row = start; row < start + length; row++)
            if (!text.IsNull(row))
                Look(text, row);
    }

    /// <inheritdoc/>
    public override SurveyedColumn Conclude(Field field, BaselineRequest request)
    {
        if (_isNumbers && _numbers.Count > 0)
            return Numbers(field with { Type = _isWhole ? DataType.Int64 : DataType.Float64 }, _numbers, request.Bins);
        if (_present == 0)
            return SurveyedColumn.Without(field, "it has no value");
        if (_isTooMany)
            return SurveyedColumn.Without(field, string.Create(CultureInfo.InvariantCulture, $"it has more than {MostDifferent:N0} different values"));
        KeyValuePair<string, long>[] frequent = [.. _values.OrderByDescending(v => v.Value).ThenBy(v => v.Key, StringComparer.Ordinal).Take(request.Categories)];
        return 2 * frequent.Sum(v => v.Value) < _present
            ? SurveyedColumn.Without(field, string.Create(CultureInfo.InvariantCulture, $"its {frequent.Length:N0} most frequent values of {_values.Count:N0} make up less than half of it"))
            : SurveyedColumn.With(field, new Histogram { Categories = [.. frequent.Select(v => v.Key)], Counts = new double[frequent.Length] });
    }

    private void Look(Utf8Column text, int row)
    {
        // Blank fields are missing where a column is read as numbers.
        if (_isNumbers && !text[row].Trim((byte)' ').IsEmpty)
            LookForNumber(text[row].Trim((byte)' '));
        _present++;
        if (_isTooMany)
            return;
        string value = text.GetString(row)!;
        _values[value] = _values.GetValueOrDefault(value) + 1;
        _isTooMany = _values.Count > MostDifferent;
    }

    private void LookForNumber(ReadOnlySpan<byte> value)
    {
        _isNumbers = Utf8Parser.TryParse(value, out double number, out int used) && used == value.Length && double.IsFinite(number);
        _isWhole &= Utf8Parser.TryParse(value, out long _, out used) && used == value.Length;
        if (_isNumbers)
            _numbers.Add(number);
    }
}
