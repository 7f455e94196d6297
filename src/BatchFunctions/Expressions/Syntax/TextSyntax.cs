namespace BatchFunctions.Expressions.Syntax;

/// <summary>A text: <c>'north'</c>.</summary>
internal sealed record TextSyntax(int At, string Value) : SyntaxNode(At);
