using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using BatchFunctions.Data;

namespace BatchFunctions.Models;

/// <summary>A feature tied to a column of the batches: all that the scoring path needs to fill the model's input from it. Immutable.</summary>
internal sealed class FeatureSource
{
    /// <summary>The code of a value that is no category.</summary>
    public const int NoCategory = -1;

    private readonly FrozenDictionary<long, int>? _numberCodes;

    public FeatureSource(ModelFeature feature, int column, MissingRule missing, Utf8Lookup? words)
    {
        (Feature, Column, Missing) = (feature, column, missing.Policy);
        FillText = Encoding.UTF8.GetBytes(missing.Value ?? "");
        if (feature.Categories is { } categories)
        {
            if (feature.Type is DataType.String)
                TextCodes = new Utf8Lookup(categories);
            else
                _numberCodes = categories.Select((c, i) => (Key: long.Parse(c, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), Code: i)).ToFrozenDictionary(c => c.Key, c => c.Code);
            UnseenCode = feature.Unseen.Category is { } stand ? IndexOf(categories, stand) : NoCategory;
            UnseenNumber = feature.Unseen.Policy switch
            {
                UnseenPolicy.Code => feature.Unseen.Code,
                UnseenPolicy.Category => Number(UnseenCode),
                _ => double.NaN,
            };
            FillCode = missing.Value is { } filled && IndexOf(categories, filled) is >= 0 and int code ? code : missing.Value is null ? NoCategory : UnseenCode;
            Fill = missing.Policy is not MissingPolicy.Impute ? double.NaN : FillCode >= 0 ? Number(FillCode) : UnseenNumber;
        }
        else
        {
            Fill = missing.Value is { } value && ImputedNumber.TryParse(value, feature.TensorType, out double number) ? number : double.NaN;
        }

        if (words is not null)
            (TextCodes, UnseenNumber, Fill) = (words, Utf8Lookup.Unknown, words.Find(FillText));
    }

    public ModelFeature Feature { get; }

    /// <summary>The column's position in the batches; -1 where the input lacks it and every value is missing.</summary>
    public int Column { get; }

    /// <summary>What a missing value becomes, the pipeline's word taken into account.</summary>
    public MissingPolicy Missing { get; }

    /// <summary>What a missing value becomes in a numeric tensor, before it is clipped and scaled; NaN where the model is to see that.</summary>
    public double Fill { get; }

    /// <summary>The category that a missing value is taken for, or <see cref="NoCategory"/>.</summary>
    public int FillCode { get; }

    /// <summary>What goes into a text tensor in place of a missing value.</summary>
    public byte[] FillText { get; }

    /// <summary>Whether values are encoded.</summary>
    public bool IsEncoded => Feature.Categories is not null;

    /// <summary>Whether clipping brings any finite value to where the model can take it.</summary>
    public bool IsBounded => Feature.Clip is { Min: not null, Max: not null };

    /// <summary>The codes of text: of the categories, or of the words of the model's input; null where the column is no text or goes in as it is.</summary>
    public Utf8Lookup? TextCodes { get; }

    /// <summary>The number of codes; null where the column's values go in themselves.</summary>
    public int? CodeCount => TextCodes?.Count ?? _numberCodes?.Count;

    /// <summary>The number of a value that is no category, before it is clipped and scaled; NaN where such a record is a reject.</summary>
    public double UnseenNumber { get; }

    /// <summary>The category that a value is taken for that is none, or <see cref="NoCategory"/>.</summary>
    public int UnseenCode { get; }

    /// <summary>Whether a value that is no category makes the record a reject.</summary>
    public bool RejectsUnseen => Feature.Unseen.Policy is UnseenPolicy.Reject;

    /// <summary>The code of an integer category, or <see cref="NoCategory"/>.</summary>
    public int CodeOf(long value) => _numberCodes!.TryGetValue(value, out int code) ? code : NoCategory;

    /// <summary>The number of a category, before it is clipped and scaled.</summary>
    public double Number(int code) => Feature.Codes is { } codes ? codes[code] : code;

    /// <summary>A number as the model sees it: clipped and scaled.</summary>
    public double Finish(double number)
    {
        if (Feature.Clip is { } clip)
            number = Math.Clamp(number, clip.Min ?? double.NegativeInfinity, clip.Max ?? double.PositiveInfinity);
        return Feature.Scale is { } scale ? (number - scale.Offset) / scale.Divisor : number;
    }

    /// <summary>The value of an integer column of any width at <paramref name="row"/>; null where a float there is not whole.</summary>
    public static long? WholeNumber(Column column, int row) => column switch
    {
        Column<long> c => c.Values[row],
        Column<int> c => c.Values[row],
        Column<bool> c => c.Values[row] ? 1 : 0,
        Column<double> c => double.IsInteger(c.Values[row]) && Math.Abs(c.Values[row]) <= 1L << 53 ? (long)c.Values[row] : null,
        Column<float> c => float.IsInteger(c.Values[row]) && Math.Abs(c.Values[row]) <= 1L << 53 ? (long)c.Values[row] : null,
        _ => null,
    };

    private static int IndexOf(IReadOnlyList<string> categories, string category)
    {
        for (int i = 0; i < categories.Count; i++)
            if (categories[i] == category)
                return i;
        return NoCategory;
    }
}
