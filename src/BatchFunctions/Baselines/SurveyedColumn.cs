using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Baselines;

/// <summary>A column that was looked at: the bins to count it in, or why it gets none.</summary>
/// <param name="Field">The column, with the type that it is to be read as.</param>
/// <param name="Bins">The bins, with counts of 0; null for none.</param>
/// <param name="Why">Why there are none.</param>
internal sealed record SurveyedColumn(Field Field, Histogram? Bins, string? Why)
{
    /// <summary>A column with bins.</summary>
    public static SurveyedColumn With(Field field, Histogram bins) => new(field, bins, null);

    /// <summary>A column without.</summary>
    public static SurveyedColumn Without(Field field, string why) => new(field, null, why);
}
