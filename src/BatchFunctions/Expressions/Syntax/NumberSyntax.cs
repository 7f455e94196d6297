namespace BatchFunctions.Expressions.Syntax;

/// <summary>A number: <c>12</c>, <c>0.7</c>, <c>1e-3</c>.</summary>
internal sealed record NumberSyntax(int At, Number Value) : SyntaxNode(At);
