using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Metrics.Drift;

/// <summary>
/// A feature's bins, ready to count the values of a column of one type. One worker owns them; counting allocates nothing, but for values that
/// the baseline does not know.
/// </summary>
internal abstract class FeatureBins
{
    /// <summary>Counts values.</summary>
    /// <param name="column">A column of the type that the bins were made for.</param>
    /// <param name="start">The first row to count.</param>
    /// <param name="length">The number of rows to count.</param>
    /// <param name="counts">Where they are counted: made for the same histogram.</param>
    public abstract void Count(Column column, int start, int length, FeatureCounts counts);

    /// <summary>Makes bins.</summary>
    /// <param name="histogram">The baseline's histogram.</param>
    /// <param name="type">The type of the columns to come.</param>
    /// <returns>The bins, or null where columns of that type cannot be counted in them.</returns>
    public static FeatureBins? Of(Histogram histogram, DataType type) => (histogram.IsNumeric, type) switch
    {
        (true, DataType.Float64) => NumberBins.OfDouble(histogram.Edges),
        (true, DataType.Float32) => NumberBins.OfSingle(histogram.Edges),
        (true, DataType.Int64) => NumberBins.OfInt64(histogram.Edges),
        (true, DataType.Int32) => NumberBins.OfInt32(histogram.Edges),
        (true, DataType.Bool) => BoolBins.Of(histogram.Edges),
        (false, DataType.String) => new TextBins(histogram.Categories),
        (false, DataType.Bool) => BoolBins.Of(histogram.Categories),
        (false, DataType.Int64 or DataType.Int32 or DataType.Float64 or DataType.Float32) => WholeNumberBins.Of(histogram.Categories),
        _ => null,
    };

    /// <summary>How many of the rows have no value.</summary>
    protected static int NullsIn(Column column, int start, int length) =>
        column.HasNulls ? column.Nulls.Slice(start, length).Count(true) : 0;
}
