namespace BatchFunctions.Expressions.Syntax;

/// <summary>A comparison of two values.</summary>
internal sealed record ComparisonSyntax(int At, ComparisonOperator Operator, SyntaxNode Left, SyntaxNode Right) : SyntaxNode(At)
{
    /// <inheritdoc/>
    public override IEnumerable<SyntaxNode> Children => [Left, Right];
}
