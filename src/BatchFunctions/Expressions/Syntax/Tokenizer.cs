using System.Text;

namespace BatchFunctions.Expressions.Syntax;

/// <summary>Cuts an expression's text into tokens.</summary>
internal static class Tokenizer
{
    private static readonly string[] Signs = ["==", "!=", "<>", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", ","];

    /// <summary>The tokens of <paramref name="text"/>, the end last.</summary>
    /// <exception cref="SyntaxException">A character belongs to no token, or a quote is not closed.</exception>
    public static List<Token> Split(string text)
    {
        List<Token> tokens = [];
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
            {
                tokens.Add(new Token(TokenKind.End, at, ""));
                return tokens;
            }

            (Token token, at) = Next(text, at);
            tokens.Add(token);
        }
    }

    private static (Token Token, int End) Next(string text, int at)
    {
        char first = text[at];
        if (char.IsLetter(first) || first == '_')
        {
            int end = at + 1;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
                end++;
            return (new Token(TokenKind.Word, at, text[at..end]), end);
        }

        if (char.IsAsciiDigit(first) || (first == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return ReadNumber(text, at);
        if (first is '\'' or '"')
            return ReadQuoted(text, at);
        foreach (string sign in Signs)
            if (text.AsSpan(at).StartsWith(sign, StringComparison.Ordinal))
                return (new Token(TokenKind.Sign, at, sign), at + sign.Length);
        throw new SyntaxException(new ExpressionProblem(at, first switch
        {
            '&' => "'&' means nothing here; write 'and'.",
            '|' => "'|' means nothing here; write 'or'.",
            '!' => "'!' means nothing here; write 'not', or '!='.",
            '`' => "'`' means nothing here; a column with odd characters stands in double quotes.",
            _ => $"'{Rune.GetRuneAt(text, at)}' means nothing here; a column with odd characters stands in double quotes, a text in single ones.",
        }));
    }

    private static (Token Token, int End) ReadNumber(string text, int at)
    {
        int end = at;
        Digits();
        if (end < text.Length && text[end] == '.')
        {
            end++;
            Digits();
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            int mark = end++;
            if (end < text.Length && text[end] is '+' or '-')
                end++;
            int digits = end;
            Digits();
            if (end == digits)
                end = mark;
        }

        if (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '.'))
            throw new SyntaxException(new ExpressionProblem(at, $"'{text[at..(end + 1)]}' is no number; numbers look like 12, 0.7 or 1e-3, and a column whose name starts with a digit stands in double quotes."));
        return (new Token(TokenKind.Number, at, text[at..end]), end);

        void Digits()
        {
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
        }
    }

    // A quote inside is written twice.
    private static (Token Token, int End) ReadQuoted(string text, int at)
    {
        char quote = text[at];
        var content = new StringBuilder();
        for (int i = at + 1; i < text.Length; i++)
        {
            if (text[i] != quote)
                content.Append(text[i]);
            else if (i + 1 < text.Length && text[i + 1] == quote)
                content.Append(text[i++]);
            else
                return (new Token(quote == '"' ? TokenKind.QuotedName : TokenKind.Text, at, content.ToString()), i + 1);
        }

        throw new SyntaxException(new ExpressionProblem(at, $"The {(quote == '"' ? "column" : "text")} that starts here has no closing {quote}."));
    }
}
