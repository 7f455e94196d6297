namespace BatchFunctions.Expressions.Syntax;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>The end of the text.</summary>
    End,

    /// <summary>A word: a column, or a word of the language.</summary>
    Word,

    /// <summary>A column in double quotes.</summary>
    QuotedName,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text in single quotes.</summary>
    Text,

    /// <summary>An operator, a bracket or a comma.</summary>
    Sign,
}
