namespace BatchFunctions.Expressions.Syntax;

/// <summary><c>value is [not] null</c></summary>
internal sealed record NullTestSyntax(int At, SyntaxNode Operand, bool IsNegated) : SyntaxNode(At)
{
    /// <inheritdoc/>
    public override IEnumerable<SyntaxNode> Children => [Operand];
}
