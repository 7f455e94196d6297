using System.Numerics;
using BatchFunctions.Data;

namespace BatchFunctions.Baselines;

/// <summary>Looks at numbers.</summary>
/// <typeparam name="T">The column's type.</typeparam>
internal sealed class NumberSurvey<T> : ColumnSurvey
    where T : unmanaged, INumber<T>
{
    private readonly QuantileSketch _sketch = new();

    /// <inheritdoc/>
    public override void Look(Column column, int start, int length)
    {
        ReadOnlySpan<T> values = ((Column<T>)column).Values;
        for (int row = start; row < start + length; row++)
            if (!column.IsNull(row) && T.IsFinite(values[row]))
                _sketch.Add(double.CreateChecked(values[row]));
    }

    /// <inheritdoc/>
    public override SurveyedColumn Conclude(Field field, BaselineRequest request) => Numbers(field, _sketch, request.Bins);
}
