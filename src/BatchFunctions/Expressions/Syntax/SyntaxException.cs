namespace BatchFunctions.Expressions.Syntax;

/// <summary>Ends the reading of an expression at the first thing that cannot be read.</summary>
internal sealed class SyntaxException(ExpressionProblem problem) : Exception(problem.Message)
{
    public ExpressionProblem Problem { get; } = problem;
}
