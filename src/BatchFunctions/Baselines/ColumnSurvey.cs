using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Baselines;

/// <summary>Looks at a column's values once, to choose the bins that they are then counted in.</summary>
internal abstract class ColumnSurvey
{
    /// <summary>Looks at rows of a column.</summary>
    public abstract void Look(Column column, int start, int length);

    /// <summary>Says what was seen.</summary>
    /// <param name="field">The column.</param>
    /// <param name="request">How many bins and categories are wanted.</param>
    public abstract SurveyedColumn Conclude(Field field, BaselineRequest request);

    /// <summary>Makes the survey of a column.</summary>
    /// <param name="type">The column's type.</param>
    /// <param name="mayBeNumbers">Whether text may stand for numbers, as in a CSV file whose types nobody has told.</param>
    /// <returns>The survey, or null where columns of that type have no baseline.</returns>
    public static ColumnSurvey? Of(DataType type, bool mayBeNumbers) => type switch
    {
        DataType.Float64 => new NumberSurvey<double>(),
        DataType.Float32 => new NumberSurvey<float>(),
        DataType.Int64 => new NumberSurvey<long>(),
        DataType.Int32 => new NumberSurvey<int>(),
        DataType.Bool => new BoolSurvey(),
        DataType.String => new TextSurvey(mayBeNumbers),
        _ => null,
    };

    /// <summary>An empty histogram of numbers.</summary>
    protected static SurveyedColumn Numbers(Field field, QuantileSketch sketch, int bins)
    {
        if (sketch.Count == 0)
            return SurveyedColumn.Without(field, "it has no value");
        IReadOnlyList<double> edges = BinEdges.Of(sketch.Values(), bins);
        return SurveyedColumn.With(field, new Histogram { Edges = edges, Counts = new double[edges.Count - 1] });
    }
}
