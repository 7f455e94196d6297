using BatchFunctions.Data;
using BatchFunctions.Expressions;
using BatchFunctions.Expressions.Conditions;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Planning;

/// <summary>The condition of <c>source.filter</c>: the columns that it needs, what is wrong with it, and what it means.</summary>
internal static class SourceFilter
{
    /// <summary>The key that it stands under.</summary>
    public const string Key = "source.filter";

    /// <summary>The columns that it mentions; none where there is no filter.</summary>
    public static IReadOnlyList<string> ColumnNames(PipelineDefinition pipeline) => Parse(pipeline)?.ColumnNames ?? [];

    /// <summary>Ties it to columns.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="columns">The columns of every batch.</param>
    /// <param name="problems">Where problems are noted, each with the path of its key.</param>
    /// <returns>The condition, or null where there is no filter or a problem.</returns>
    public static Condition? Bind(PipelineDefinition pipeline, IReadOnlyList<Field> columns, List<(string Path, ExpressionProblem Problem)> problems)
    {
        if (Parse(pipeline) is not { } expression)
            return null;
        List<ExpressionProblem> own = [];
        Condition? condition = ExpressionBinder.Bind(expression, new Schema(columns), own);
        problems.AddRange(own.Select(p => (Key, p)));
        return condition;
    }

    /// <summary>The condition of a job, whose filter was checked when it was prepared; null where it has none.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: it does not fit the columns.</exception>
    public static Condition? Of(PipelineDefinition pipeline, IReadOnlyList<Field> columns)
    {
        List<(string Path, ExpressionProblem Problem)> problems = [];
        Condition? condition = Bind(pipeline, columns, problems);
        return problems.Count == 0
            ? condition
            : throw new BatchFunctionsException(ErrorKind.Request, string.Join('\n', problems.Select(p => $"{p.Path}, character {p.Problem.At + 1}: {p.Problem.Message}")));
    }

    // A pipeline built in code was not read by the loader.
    private static Expression? Parse(PipelineDefinition pipeline) => pipeline.Source.Filter is not { } text
        ? null
        : Expression.Parse(text, out ExpressionProblem problem)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"{Key}, character {problem.At + 1}: {problem.Message}");
}
