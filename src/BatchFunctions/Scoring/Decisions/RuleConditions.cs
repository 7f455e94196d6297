using BatchFunctions.Data;
using BatchFunctions.Expressions;
using BatchFunctions.Expressions.Conditions;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring.Decisions;

/// <summary>The conditions of a pipeline's rules: the columns that they need, what is wrong with them, and what they mean.</summary>
internal static class RuleConditions
{
    /// <summary>The input's columns that the rules mention, some more than once; a name of a column that scoring adds means that one.</summary>
    public static IEnumerable<string> InputColumns(DecisionsDefinition decisions, ModelSignature model)
    {
        HashSet<string> added = [.. Added(decisions, model).Select(f => f.Name)];
        return Expressions(decisions).SelectMany(e => e?.ColumnNames ?? []).Where(name => !added.Contains(name));
    }

    /// <summary>Ties the rules' conditions to columns.</summary>
    /// <param name="decisions">The decisions.</param>
    /// <param name="model">What the model gives.</param>
    /// <param name="columns">The columns of every batch.</param>
    /// <param name="problems">Where problems are noted, each with the path of its key.</param>
    /// <returns>A condition for each rule, null where there is a problem; a rule for every record always holds.</returns>
    public static IReadOnlyList<Condition?> Bind(
        DecisionsDefinition decisions, ModelSignature model, IReadOnlyList<Field> columns, List<(string Path, ExpressionProblem Problem)> problems)
    {
        Field[] added = [.. Added(decisions, model)];
        var visible = new Schema(added.Concat(columns.Where(c => added.All(a => a.Name != c.Name))));
        return [.. Expressions(decisions).Select((expression, i) => BindOne(expression, visible, $"decisions.rules[{i}].when", problems))];
    }

    private static Condition? BindOne(Expression? expression, Schema visible, string path, List<(string Path, ExpressionProblem Problem)> problems)
    {
        if (expression is null)
            return new Known(true);
        List<ExpressionProblem> own = [];
        Condition? condition = ExpressionBinder.Bind(expression, visible, own);
        problems.AddRange(own.Select(p => (path, p)));
        return condition;
    }

    private static IEnumerable<Field> Added(DecisionsDefinition decisions, ModelSignature model) =>
        ScoringColumns.OfModel(model).Concat(ScoringColumns.OfDecisions(decisions, model));

    // A pipeline built in code was not read by the loader.
    private static IEnumerable<Expression?> Expressions(DecisionsDefinition decisions) => (decisions.Rules ?? []).Select((rule, i) => rule.When is null
        ? null
        : Expression.Parse(rule.When, out ExpressionProblem problem)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"decisions.rules[{i}].when, character {problem.At + 1}: {problem.Message}"));
}
