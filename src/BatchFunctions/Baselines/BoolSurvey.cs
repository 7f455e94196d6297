using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Baselines;

/// <summary>Looks at nothing: the bins of booleans are known.</summary>
internal sealed class BoolSurvey : ColumnSurvey
{
    /// <inheritdoc/>
    public override void Look(Column column, int start, int length)
    {
    }

    /// <inheritdoc/>
    public override SurveyedColumn Conclude(Field field, BaselineRequest request) =>
        SurveyedColumn.With(field, new Histogram { Categories = ["false", "true"], Counts = [0, 0] });
}
