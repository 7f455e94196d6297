namespace BatchFunctions.Expressions.Syntax;

/// <summary>A calculation of two values.</summary>
internal sealed record CalculationSyntax(int At, ArithmeticOperator Operator, SyntaxNode Left, SyntaxNode Right) : SyntaxNode(At)
{
    /// <inheritdoc/>
    public override IEnumerable<SyntaxNode> Children => [Left, Right];
}
