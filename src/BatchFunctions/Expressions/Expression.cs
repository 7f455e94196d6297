using BatchFunctions.Expressions.Syntax;

namespace BatchFunctions.Expressions;

/// <summary>
/// A condition on the columns of a record, as a rule or a filter states it: read, but not yet tied to columns, of which only the names are
/// known. Immutable. The language is described in <c>docs/expressions.md</c>.
/// </summary>
internal sealed class Expression
{
    /// <summary>The longest text that is read, in characters.</summary>
    public const int MaxLength = 10_000;

    /// <summary>How deep parentheses, <c>not</c> and signs may nest.</summary>
    public const int MaxDepth = 64;

    /// <summary>How many values and operators an expression may have.</summary>
    public const int MaxNodes = 1_000;

    private Expression(string text, SyntaxNode root)
    {
        (Text, Root) = (text, root);
        List<string> names = [];
        Collect(root, names);
        ColumnNames = names;
    }

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>The expression as it was read.</summary>
    public SyntaxNode Root { get; }

    /// <summary>The names of the columns that it mentions, each once, in the order of the text.</summary>
    public IReadOnlyList<string> ColumnNames { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="problem">Where and why it cannot be read; meaningless where it can.</param>
    /// <returns>The expression, or null.</returns>
    public static Expression? Parse(string text, out ExpressionProblem problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        problem = default;
        try
        {
            return new Expression(text, ExpressionParser.Parse(text));
        }
        catch (SyntaxException e)
        {
            problem = e.Problem;
            return null;
        }
    }

    private static void Collect(SyntaxNode node, List<string> names)
    {
        if (node is NameSyntax column && !names.Contains(column.Name))
            names.Add(column.Name);
        foreach (SyntaxNode child in node.Children)
            Collect(child, names);
    }
}
