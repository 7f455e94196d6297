namespace BatchFunctions.Expressions.Syntax;

/// <summary>A column: <c>tenure</c>, <c>"monthly charges"</c>.</summary>
/// <param name="At">Its first character.</param>
/// <param name="Name">The column's name.</param>
/// <param name="IsQuoted">Whether it was written in double quotes.</param>
internal sealed record NameSyntax(int At, string Name, bool IsQuoted) : SyntaxNode(At);
