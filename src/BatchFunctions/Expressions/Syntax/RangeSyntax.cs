namespace BatchFunctions.Expressions.Syntax;

/// <summary><c>value [not] between low and high</c>, both ends included.</summary>
internal sealed record RangeSyntax(int At, SyntaxNode Operand, SyntaxNode Low, SyntaxNode High, bool IsNegated) : SyntaxNode(At)
{
    /// <inheritdoc/>
    public override IEnumerable<SyntaxNode> Children => [Operand, Low, High];
}
