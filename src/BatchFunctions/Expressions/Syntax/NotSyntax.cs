namespace BatchFunctions.Expressions.Syntax;

/// <summary><c>not condition</c></summary>
internal sealed record NotSyntax(int At, SyntaxNode Operand) : SyntaxNode(At)
{
    /// <inheritdoc/>
    public override IEnumerable<SyntaxNode> Children => [Operand];
}
