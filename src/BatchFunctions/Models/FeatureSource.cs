using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using BatchFunctions.Data;

namespace BatchFunctions.Models;

/// <summary>A feature tied to a column of the batches: all that the scoring path needs to fill the model's input from it. Immutable.</summary>
internal sealed class FeatureSource
{
    private readonly FrozenDictionary<long, int>? _numberCodes;

    public FeatureSource(ModelFeature feature, int column, MissingRule missing)
    {
        (Feature, Column, Missing) = (feature, column, missing.Policy);
        Unseen = feature.Unseen ?? double.NaN;
        if (feature.Categories is { } categories)
        {
            if (feature.Type is DataType.String)
                TextCodes = new Utf8Lookup(categories);
            else
                _numberCodes = categories.Select((c, i) => (Key: long.Parse(c, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), Code: i)).ToFrozenDictionary(c => c.Key, c => c.Code);
        }

        Fill = double.NaN;
        if (missing is { Policy: MissingPolicy.Impute, Value: { } value })
        {
            FillText = Encoding.UTF8.GetBytes(value);
            if (feature.Categories is { } known)
                Fill = known.ToList().IndexOf(value) is >= 0 and int code ? code : Unseen;
            else if (ImputedNumber.TryParse(value, feature.TensorType, out double number))
                Fill = number;
        }
    }

    public ModelFeature Feature { get; }

    /// <summary>The column's position in the batches.</summary>
    public int Column { get; }

    /// <summary>What a missing value becomes, the pipeline's word taken into account.</summary>
    public MissingPolicy Missing { get; }

    /// <summary>What goes into a numeric tensor in place of a missing value; NaN where the model is to see that.</summary>
    public double Fill { get; }

    /// <summary>What goes into a text tensor in place of a missing value.</summary>
    public byte[] FillText { get; } = [];

    /// <summary>Whether values are encoded as their category's position.</summary>
    public bool IsEncoded => Feature.Categories is not null;

    /// <summary>The categories' codes where they are text, else null.</summary>
    public Utf8Lookup? TextCodes { get; }

    /// <summary>The code of a value that is no category; NaN where such a record is a reject.</summary>
    public double Unseen { get; }

    /// <summary>Whether a value that is no category makes the record a reject.</summary>
    public bool RejectsUnseen => Feature.Unseen is null;

    /// <summary>The code of an integer category, or -1.</summary>
    public int CodeOf(long value) => _numberCodes!.TryGetValue(value, out int code) ? code : -1;

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
}
