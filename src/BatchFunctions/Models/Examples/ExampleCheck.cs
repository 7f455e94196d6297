using System.Globalization;
using BatchFunctions.Data;

namespace BatchFunctions.Models.Examples;

/// <summary>Scores the examples of a model's manifest, as records of a text file, and compares the scores with those that training gave them.</summary>
public static class ExampleCheck
{
    /// <summary>How far a score may be off: 1e-5, times the score itself where that is larger than 1.</summary>
    public const double DefaultTolerance = 1e-5;

    private const int ShownMismatches = 5;

    /// <summary>Scores every example.</summary>
    /// <param name="session">The model.</param>
    /// <param name="tolerance">How far a score may be off, absolutely for scores up to 1, in proportion beyond.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Internal"/>: the model failed.</exception>
    public static IReadOnlyList<ExampleOutcome> Run(ModelSession session, double tolerance = DefaultTolerance)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentOutOfRangeException.ThrowIfNegative(tolerance);
        IReadOnlyList<ModelExample> examples = session.Manifest.Examples;
        string?[] problems = new string?[examples.Count];
        Schema columns = session.Signature.ColumnsFor(new Schema(session.Signature.Features.Select(f => new Field(f.Name, DataType.String))));
        RecordBatch batch = Fill(columns, examples, problems);
        FeaturePreparation preparation = session.Prepare(columns);
        List<RecordFault> faults = [];
        preparation.Check(batch, faults);
        foreach (RecordFault fault in faults)
            problems[fault.Row] ??= fault.Describe();
        if (session.Signature.Task is ModelTask.Vector)
            Array.Fill(problems, "A vector has no single score to compare.");

        int[] sound = [.. Enumerable.Range(0, examples.Count).Where(i => problems[i] is null)];
        double[] scores = Score(session, preparation, batch, sound);
        var outcomes = new ExampleOutcome[examples.Count];
        for (int i = 0; i < outcomes.Length; i++)
            outcomes[i] = new(i + 1, examples[i].Score, null, problems[i], false);
        for (int i = 0; i < sound.Length; i++)
        {
            double expected = examples[sound[i]].Score, actual = scores[i];
            outcomes[sound[i]] = outcomes[sound[i]] with { Actual = actual, Agrees = Math.Abs(actual - expected) <= tolerance * Math.Max(1, Math.Abs(expected)) };
        }

        return outcomes;
    }

    /// <summary>Says of the examples that do not agree what they are; null where all agree.</summary>
    internal static string? Mismatches(IReadOnlyList<ExampleOutcome> outcomes)
    {
        ExampleOutcome[] wrong = [.. outcomes.Where(o => !o.Agrees)];
        if (wrong.Length == 0)
            return null;
        IEnumerable<string> shown = wrong.Take(ShownMismatches).Select(o => o.Problem is { } problem
            ? $"example {o.Number}: {problem}"
            : string.Create(CultureInfo.InvariantCulture, $"example {o.Number}: {o.Actual:G9}, not {o.Expected:G9}"));
        return $"{wrong.Length} of {outcomes.Count} examples do not get the score that training gave them: {string.Join("; ", shown)}{(wrong.Length > ShownMismatches ? "; …" : "")}";
    }

    private static RecordBatch Fill(Schema columns, IReadOnlyList<ModelExample> examples, string?[] problems)
    {
        RecordBatch batch = new();
        batch.Reset(columns, examples.Count);
        for (int row = 0; row < examples.Count; row++)
        {
            IReadOnlyDictionary<string, string?> inputs = examples[row].Inputs;
            if (inputs.Keys.FirstOrDefault(k => columns.IndexOf(k) < 0) is { } stranger)
                problems[row] = $"'{stranger}' is no feature of the model{(NearestWord.Find(stranger, columns.Select(c => c.Name)) is { } near ? $" (did you mean '{near}'?)" : "")}.";
            foreach (Column column in batch.Columns)
                if (!TrySet(column, row, inputs.GetValueOrDefault(column.Field.Name)))
                    problems[row] ??= $"'{inputs[column.Field.Name]}' of '{column.Field.Name}' is no {ModelSignature.Name(column.Field.Type)}.";
        }

        return batch;
    }

    private static bool TrySet(Column column, int row, string? text)
    {
        if (column is Utf8Column words)
        {
            if (text is null)
                words.AppendNull();
            else
                words.Append(text);
            return true;
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            column.SetNull(row);
            return true;
        }

        bool isNumber = column.Field.Type is DataType.Float64
            ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            : ImputedNumber.TryParse(text, column.Field.Type, out number);
        switch (column)
        {
            case Column<double> c:
                c.Values[row] = number;
                break;
            case Column<float> c:
                c.Values[row] = (float)number;
                break;
            case Column<long> c:
                c.Values[row] = (long)number;
                break;
            case Column<int> c:
                c.Values[row] = (int)number;
                break;
            case Column<bool> c:
                c.Values[row] = number != 0;
                break;
            default:
                throw new InvalidOperationException($"The column '{column.Field.Name}' of type {column.Field.Type} is no feature's.");
        }

        if (!isNumber)
            column.SetNull(row);
        return isNumber;
    }

    private static double[] Score(ModelSession session, FeaturePreparation preparation, RecordBatch batch, int[] rows)
    {
        if (rows.Length == 0)
            return [];
        batch.Compact(rows);
        ModelScores scores = new(session.Signature);
        using ModelRunner runner = session.CreateRunner(preparation, Math.Min(rows.Length, 1024));
        runner.Score(batch, scores);
        return scores.Score switch
        {
            Column<float> c => [.. c.Values.ToArray().Select(s => (double)s)],
            Column<double> c => c.Values.ToArray(),
            _ => throw new InvalidOperationException("The model has no score."),
        };
    }
}
