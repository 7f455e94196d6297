using System.Numerics.Tensors;
using BatchFunctions.Data;

namespace BatchFunctions.Models;

/// <summary>
/// What a model gave for the records of a batch, column by column, in memory that is reused from batch to batch. A worker owns one and
/// hands it to its <see cref="ModelRunner"/>.
/// </summary>
public sealed class ModelScores
{
    /// <summary>The largest magnitude that a score may have, so that its square, and that of the difference of two, is a finite number.</summary>
    public const double LargestScore = 1E150;

    private readonly Column[] _columns;
    private readonly Column[] _values;

    /// <summary>Makes room for the scores of a model.</summary>
    /// <param name="signature">The model's.</param>
    public ModelScores(ModelSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        _columns = [.. signature.ScoreColumns.Select(Column.Create)];
        int next = 0;
        if (signature.Task is not ModelTask.Vector)
            Score = _columns[next++];
        if (signature.LabelType is not null)
            Label = _columns[next++];
        _values = _columns[next..];
    }

    /// <summary>All columns, in the order of <see cref="ModelSignature.ScoreColumns"/>.</summary>
    public IReadOnlyList<Column> Columns => _columns;

    /// <summary>
    /// The score, <see cref="Column{T}"/> of float or double by <see cref="ModelSignature.ScoreType"/>: the positive class's probability (binary), the
    /// largest probability (multi-class), the value (regression). Null only for a vector.
    /// </summary>
    public Column? Score { get; }

    /// <summary>The class, <see cref="Column{T}"/> of long or <see cref="Utf8Column"/>, or null where <see cref="ModelSignature.LabelType"/> is.</summary>
    public Column? Label { get; }

    /// <summary>The probability of each class (multi-class), or the vector's elements; otherwise empty. Each of the score's type.</summary>
    public IReadOnlyList<Column> Values => _values;

    /// <summary>The number of records.</summary>
    public int RowCount { get; private set; }

    /// <summary>Makes room for <paramref name="rows"/> records, contents undefined until <see cref="ModelRunner.Run"/> has filled them.</summary>
    public void Reset(int rows)
    {
        foreach (Column column in _columns)
            column.Reset(rows);
        RowCount = rows;
    }

    /// <summary>Lends the columns' memory to others, since no scores are put here any more.</summary>
    internal void Release()
    {
        foreach (Column column in _columns)
            column.Release();
        RowCount = 0;
    }

    /// <summary>
    /// Adds the rows that have a score, a probability or an element that is not a finite number, or a score beyond <see cref="LargestScore"/>, ascending.
    /// </summary>
    public void FindUnscored(List<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        bool all = IsScore(Score);
        foreach (Column column in _values)
            all &= IsFinite(column);
        if (all)
            return;
        for (int row = 0; row < RowCount; row++)
        {
            bool finite = Score is null || IsScore(Score, row);
            foreach (Column column in _values)
                finite &= IsFinite(column, row);
            if (!finite)
                rows.Add(row);
        }
    }

    /// <summary>Keeps the records at <paramref name="rows"/> (ascending) and drops the others, in place.</summary>
    public void Compact(ReadOnlySpan<int> rows)
    {
        if (rows.Length == RowCount)
            return;
        foreach (Column column in _columns)
            column.Compact(rows);
        RowCount = rows.Length;
    }

    private static bool IsScore(Column? column) => column is Column<double> { Length: > 0 } c
        ? Math.Abs(TensorPrimitives.MaxMagnitude<double>(c.Values)) <= LargestScore
        : IsFinite(column);

    private static bool IsScore(Column column, int row) => column is Column<double> c ? Math.Abs(c.Values[row]) <= LargestScore : IsFinite(column, row);

    // The largest magnitude is NaN where any value is.
    private static bool IsFinite(Column? column) => column switch
    {
        Column<float> { Length: > 0 } c => float.IsFinite(TensorPrimitives.MaxMagnitude<float>(c.Values)),
        Column<double> { Length: > 0 } c => double.IsFinite(TensorPrimitives.MaxMagnitude<double>(c.Values)),
        _ => true,
    };

    private static bool IsFinite(Column column, int row) => column switch
    {
        Column<float> c => float.IsFinite(c.Values[row]),
        Column<double> c => double.IsFinite(c.Values[row]),
        _ => true,
    };
}
