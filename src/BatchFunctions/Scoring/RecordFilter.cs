using System.Runtime.InteropServices;
using BatchFunctions.Data;
using BatchFunctions.Expressions;
using BatchFunctions.Expressions.Conditions;

namespace BatchFunctions.Scoring;

/// <summary>
/// Takes the records out of a batch that the filter does not let through. A record of which that cannot be told, since a column of the filter
/// or the whole of it cannot be read, stays, and so comes to the rejects.
/// </summary>
internal sealed class RecordFilter
{
    private readonly ConditionProgram _program;
    private readonly int[] _columns;
    private readonly Column[] _inputs;
    private readonly HashSet<string> _names;
    private readonly List<int> _kept = [];
    private readonly List<RecordFault> _faults = [];

    /// <summary>Compiles a filter.</summary>
    /// <param name="condition">The filter.</param>
    /// <param name="columns">The columns of every batch.</param>
    public RecordFilter(Condition condition, Schema columns)
    {
        _program = new ConditionProgram(condition);
        _columns = [.. _program.Columns.Select(c => columns.IndexOf(c.Name))];
        _inputs = new Column[_columns.Length];
        _names = [.. _program.Columns.Select(c => c.Name)];
    }

    /// <summary>Leaves only the records in the batch that pass, with their faults.</summary>
    /// <returns>How many were taken out.</returns>
    public int Apply(RecordBatch batch)
    {
        for (int i = 0; i < _inputs.Length; i++)
            _inputs[i] = batch.Columns[_columns[i]];
        _program.Run(_inputs, batch.RowCount);
        ReadOnlySpan<Truth> truths = _program.Truths(0);
        _kept.Clear();
        _faults.Clear();
        int fault = 0;
        for (int row = 0; row < truths.Length; row++)
        {
            int first = fault;
            bool isKept = truths[row] == Truth.True;
            for (; fault < batch.Faults.Count && batch.Faults[fault].Row == row; fault++)
                isKept |= batch.Faults[fault].Column is not { } column || _names.Contains(column);
            if (!isKept)
                continue;
            for (int i = first; i < fault; i++)
                _faults.Add(batch.Faults[i] with { Row = _kept.Count });
            _kept.Add(row);
        }

        int excluded = batch.RowCount - _kept.Count;
        if (excluded == 0)
            return 0;
        batch.Compact(CollectionsMarshal.AsSpan(_kept));
        batch.Faults.Clear();
        batch.Faults.AddRange(_faults);
        return excluded;
    }
}
