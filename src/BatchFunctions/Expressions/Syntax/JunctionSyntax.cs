namespace BatchFunctions.Expressions.Syntax;

/// <summary>Conditions joined by <c>and</c>, or by <c>or</c>.</summary>
internal sealed record JunctionSyntax(int At, bool IsAnd, IReadOnlyList<SyntaxNode> Operands) : SyntaxNode(At)
{
    /// <inheritdoc/>
    public override IEnumerable<SyntaxNode> Children => Operands;
}
