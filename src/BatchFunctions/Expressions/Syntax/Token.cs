namespace BatchFunctions.Expressions.Syntax;

/// <summary>The smallest piece of an expression's text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="At">Its first character.</param>
/// <param name="Value">A word, sign or number as it is written; the content of what stands in quotes.</param>
internal readonly record struct Token(TokenKind Kind, int At, string Value)
{
    /// <summary>Whether it is this sign.</summary>
    public bool Is(string sign) => Kind == TokenKind.Sign && Value == sign;

    /// <summary>Whether it is this word of the language, in whatever case.</summary>
    public bool IsWord(string word) => Kind == TokenKind.Word && Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The token for a message.</summary>
    public string Shown => Kind switch
    {
        TokenKind.End => "The end",
        TokenKind.Text => $"The text '{Shorten(Value)}'",
        _ => $"'{Shorten(Value)}'",
    };

    private static string Shorten(string text) => text.Length > 40 ? string.Concat(text.AsSpan(0, 40), "…") : text;
}
