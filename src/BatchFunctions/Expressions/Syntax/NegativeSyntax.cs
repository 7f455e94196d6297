namespace BatchFunctions.Expressions.Syntax;

/// <summary>A minus before a value.</summary>
internal sealed record NegativeSyntax(int At, SyntaxNode Operand) : SyntaxNode(At)
{
    /// <inheritdoc/>
    public override IEnumerable<SyntaxNode> Children => [Operand];
}
