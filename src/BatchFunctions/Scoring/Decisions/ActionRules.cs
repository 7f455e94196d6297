using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Expressions;
using BatchFunctions.Expressions.Conditions;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring.Decisions;

/// <summary>Gives each record the action of the first rule that matches it.</summary>
internal sealed class ActionRules
{
    private readonly ConditionProgram _program;
    private readonly int[] _nameOf;
    private readonly TextEntries _names = new();
    private readonly Column[] _inputs;
    private readonly Func<RecordBatch, Column>[] _sources;
    private readonly Utf8Column _column = (Utf8Column)Column.Create(new Field(ScoringColumns.Action, DataType.String));
    private int[] _chosen = [];

    /// <summary>Compiles rules.</summary>
    /// <param name="decisions">The decisions, with rules.</param>
    /// <param name="model">What the model gives.</param>
    /// <param name="columns">The columns of every batch.</param>
    /// <param name="added">The columns that scoring adds, by name, filled before <see cref="Decide"/>.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a rule does not fit the columns.</exception>
    public ActionRules(DecisionsDefinition decisions, ModelSignature model, Schema columns, IReadOnlyDictionary<string, Column> added)
    {
        List<(string Path, ExpressionProblem Problem)> problems = [];
        IReadOnlyList<Condition?> conditions = RuleConditions.Bind(decisions, model, columns, problems);
        if (problems.Count > 0)
            throw new BatchFunctionsException(ErrorKind.Request, string.Join('\n', problems.Select(p => $"{p.Path}, character {p.Problem.At + 1}: {p.Problem.Message}")));
        _program = new ConditionProgram([.. conditions.OfType<Condition>()]);
        Names = [.. decisions.Rules!.Select(r => r.Action).Distinct(StringComparer.Ordinal)];
        foreach (string name in Names)
            _names.Add(Encoding.UTF8.GetBytes(name));
        _nameOf = [.. decisions.Rules!.Select(r => Names.ToList().IndexOf(r.Action))];
        Counts = new long[Names.Count];
        _inputs = new Column[_program.Columns.Count];
        _sources = [.. _program.Columns.Select(c => Source(c, columns, added))];
    }

    /// <summary>The column of the actions; null where no rule matched.</summary>
    public Column Column => _column;

    /// <summary>The actions, each once, in the order of the rules.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>How many of the last batch's records got each action.</summary>
    public long[] Counts { get; }

    /// <summary>Fills <see cref="Column"/> for a batch.</summary>
    public void Decide(RecordBatch batch)
    {
        int rows = batch.RowCount;
        for (int i = 0; i < _inputs.Length; i++)
            _inputs[i] = _sources[i](batch);
        _program.Run(_inputs, rows);
        if (_chosen.Length < rows)
            _chosen = new int[rows];
        Span<int> chosen = _chosen.AsSpan(0, rows);
        chosen.Fill(-1);

        // From the last to the first, so that the first that matches stays.
        for (int rule = _nameOf.Length - 1; rule >= 0; rule--)
        {
            ReadOnlySpan<Truth> truths = _program.Truths(rule);
            int name = _nameOf[rule];
            for (int i = 0; i < chosen.Length; i++)
                chosen[i] = truths[i] == Truth.True ? name : chosen[i];
        }

        Write(chosen);
    }

    private void Write(ReadOnlySpan<int> chosen)
    {
        Array.Clear(Counts);
        _column.Reset(chosen.Length);
        Span<ushort> entryOf = _column.ReferTo(_names);
        for (int i = 0; i < chosen.Length; i++)
        {
            int name = chosen[i];
            entryOf[i] = (ushort)(name + 1);
            if (name < 0)
                _column.SetNull(i);
            else
                Counts[name]++;
        }
    }

    private static Func<RecordBatch, Column> Source(Field field, Schema columns, IReadOnlyDictionary<string, Column> added)
    {
        if (added.TryGetValue(field.Name, out Column? own))
            return _ => own;
        int ordinal = columns.IndexOf(field.Name);
        return batch => batch.Columns[ordinal];
    }
}
