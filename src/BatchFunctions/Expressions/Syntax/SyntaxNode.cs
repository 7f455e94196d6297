namespace BatchFunctions.Expressions.Syntax;

/// <summary>A piece of an expression as it was written.</summary>
/// <param name="At">The character at which it is to be pointed at: a value's first, an operator's own.</param>
internal abstract record SyntaxNode(int At)
{
    /// <summary>The pieces that it is made of, in the order of the text.</summary>
    public virtual IEnumerable<SyntaxNode> Children => [];
}
