namespace BatchFunctions.Expressions.Syntax;

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed record FlagSyntax(int At, bool Value) : SyntaxNode(At);
