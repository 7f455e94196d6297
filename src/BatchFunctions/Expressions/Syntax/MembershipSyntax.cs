namespace BatchFunctions.Expressions.Syntax;

/// <summary><c>value [not] in [a, b]</c></summary>
internal sealed record MembershipSyntax(int At, SyntaxNode Operand, IReadOnlyList<SyntaxNode> Items, bool IsNegated) : SyntaxNode(At)
{
    /// <inheritdoc/>
    public override IEnumerable<SyntaxNode> Children => [Operand, .. Items];
}
