using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Models;
using BatchFunctions.Planning;

namespace BatchFunctions.Scoring;

/// <summary>Reads labels that are numbers.</summary>
internal sealed class NumberLabels : LabelReader
{
    // Beyond this the square of an error would not be finite.
    private const double Largest = ModelScores.LargestScore;

    /// <inheritdoc/>
    public override void Read(Column column, int start, Span<double> actual, EvaluationMetrics metrics)
    {
        if (column is not Utf8Column)
            ColumnNumbers.Read(column, start, actual);
        long missing = 0, unknown = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            if (column is Utf8Column texts)
                actual[i] = Parse(texts, start + i);
            if (double.IsNaN(actual[i]) && IsMissing(column, start + i))
            {
                missing++;
            }
            else if (!(Math.Abs(actual[i]) <= Largest))
            {
                unknown++;
                actual[i] = double.NaN;
                OfferName(column, start + i, metrics.UnknownNames);
            }
        }

        metrics.AddUnlabelled(missing, unknown);
    }

    private static bool IsMissing(Column column, int row) => column is not Utf8Column texts || texts.IsNull(row) || texts[row].IsEmpty;

    private static double Parse(Utf8Column texts, int row)
    {
        ReadOnlySpan<byte> text = texts[row];
        if (texts.IsNull(row) || text.Length is 0 or > FirstValues.LongestValue)
            return double.NaN;
        Span<char> characters = stackalloc char[FirstValues.LongestValue];
        return LabelText.NumberOf(characters[..Encoding.UTF8.GetChars(text, characters)]) ?? double.NaN;
    }

    private static void OfferName(Column column, int row, FirstValues names)
    {
        if (column is Utf8Column texts)
            names.Offer(texts[row]);
        else
            names.Offer(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{column.GetValue(row)}")));
    }
}
