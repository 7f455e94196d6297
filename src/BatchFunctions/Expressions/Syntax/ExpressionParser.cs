namespace BatchFunctions.Expressions.Syntax;

/// <summary>
/// Reads an expression by recursive descent. From the loosest to the tightest: <c>or</c>; <c>and</c>; <c>not</c>; one comparison, <c>in</c>,
/// <c>between</c> or <c>is null</c>; <c>+ -</c>; <c>* /</c>; a minus before a value.
/// </summary>
internal sealed class ExpressionParser
{
    private static readonly string[] Words = ["and", "or", "not", "in", "between", "is", "null", "true", "false"];

    private readonly List<Token> _tokens;
    private int _next;
    private int _depth;
    private int _nodes;

    private ExpressionParser(List<Token> tokens) => _tokens = tokens;

    private Token Current => _tokens[_next];

    /// <summary>Reads <paramref name="text"/> as a whole.</summary>
    /// <exception cref="SyntaxException">It cannot be read.</exception>
    public static SyntaxNode Parse(string text)
    {
        if (text.Length > Expression.MaxLength)
            throw new SyntaxException(new ExpressionProblem(0, FormattableString.Invariant($"The expression has {text.Length:N0} characters; {Expression.MaxLength:N0} are allowed.")));
        var parser = new ExpressionParser(Tokenizer.Split(text));
        if (parser.Current.Kind == TokenKind.End)
            throw new SyntaxException(new ExpressionProblem(0, "The expression is blank; write a condition such as age >= 18."));
        SyntaxNode root = parser.ReadOr();
        return parser.Current.Kind == TokenKind.End ? root : throw parser.OperatorMissing();
    }

    private SyntaxNode ReadOr() => ReadJunction("or", isAnd: false, ReadAnd);

    private SyntaxNode ReadAnd() => ReadJunction("and", isAnd: true, ReadNot);

    private SyntaxNode ReadJunction(string word, bool isAnd, Func<SyntaxNode> read)
    {
        SyntaxNode first = read();
        if (!Current.IsWord(word))
            return first;
        int at = Current.At;
        List<SyntaxNode> operands = [first];
        while (TakeWord(word))
            operands.Add(read());
        return Node(new JunctionSyntax(at, isAnd, operands));
    }

    private SyntaxNode ReadNot()
    {
        int at = Current.At;
        if (!TakeWord("not"))
            return ReadComparison();
        Deepen(at);
        SyntaxNode operand = ReadNot();
        _depth--;
        return Node(new NotSyntax(at, operand));
    }

    private SyntaxNode ReadComparison()
    {
        SyntaxNode left = ReadSum();
        int at = Current.At;
        if (OperatorOf(Current) is { } comparison)
        {
            _next++;
            RefuseNull(comparison);
            left = Node(new ComparisonSyntax(at, comparison, left, ReadSum()));
        }
        else if (TakeWord("is"))
        {
            bool negated = TakeWord("not");
            if (!TakeWord("null"))
                throw Fault(Current, "'is' is followed by 'null' or 'not null'; values are compared with = or !=.");
            left = Node(new NullTestSyntax(at, left, negated));
        }
        else
        {
            bool negated = Current.IsWord("not") && (_tokens[_next + 1].IsWord("in") || _tokens[_next + 1].IsWord("between")) && TakeWord("not");
            if (TakeWord("in"))
                left = Node(new MembershipSyntax(at, left, ReadItems(), negated));
            else if (TakeWord("between"))
                left = Node(ReadRange(at, left, negated));
            else
                return left;
        }

        return OperatorOf(Current) is null
            ? left
            : throw Fault(Current, "A comparison cannot be compared again; join two comparisons with 'and', such as 0 < a and a < 1.");
    }

    private RangeSyntax ReadRange(int at, SyntaxNode operand, bool negated)
    {
        SyntaxNode low = ReadSum();
        if (!TakeWord("and"))
            throw Fault(Current, "'between' takes two ends: write between 1 and 5.");
        return new RangeSyntax(at, operand, low, ReadSum(), negated);
    }

    private List<SyntaxNode> ReadItems()
    {
        string? close = TakeSign("[") ? "]" : TakeSign("(") ? ")" : null;
        if (close is null)
            throw Fault(Current, "'in' is followed by a list: write in ['a', 'b'].");
        List<SyntaxNode> items = [];
        do
        {
            if (Current.Is(close))
                throw Fault(Current, "The list has a value missing here: write in ['a', 'b'].");
            if (Current.IsWord("null"))
                throw Fault(Current, "Nothing equals null, so that it means nothing in a list; write 'or … is null'.");
            items.Add(ReadSum());
        }
        while (TakeSign(","));
        return TakeSign(close) ? items : throw Fault(Current, $"A comma or the closing '{close}' of the list is missing here.");
    }

    private SyntaxNode ReadSum() => ReadChain(ReadProduct, ("+", ArithmeticOperator.Add), ("-", ArithmeticOperator.Subtract));

    private SyntaxNode ReadProduct() => ReadChain(ReadNegative, ("*", ArithmeticOperator.Multiply), ("/", ArithmeticOperator.Divide));

    private SyntaxNode ReadChain(Func<SyntaxNode> read, (string Sign, ArithmeticOperator Operator) first, (string Sign, ArithmeticOperator Operator) second)
    {
        SyntaxNode left = read();
        while (true)
        {
            int at = Current.At;
            ArithmeticOperator operation;
            if (TakeSign(first.Sign))
                operation = first.Operator;
            else if (TakeSign(second.Sign))
                operation = second.Operator;
            else
                return left;
            left = Node(new CalculationSyntax(at, operation, left, read()));
        }
    }

    private SyntaxNode ReadNegative()
    {
        int at = Current.At;
        if (!TakeSign("-"))
            return ReadValue();
        Deepen(at);
        SyntaxNode operand = ReadNegative();
        _depth--;
        return Node(new NegativeSyntax(at, operand));
    }

    private SyntaxNode ReadValue()
    {
        Token token = Current;
        _next++;
        switch (token.Kind)
        {
            case TokenKind.Number:
                Number number = Number.Parse(token.Value) ?? throw Fault(token, $"{token.Shown} is too large a number.");
                return Node(new NumberSyntax(token.At, number));
            case TokenKind.Text:
                return Node(new TextSyntax(token.At, token.Value));
            case TokenKind.QuotedName:
                return Node(new NameSyntax(token.At, token.Value, IsQuoted: true));
            case TokenKind.Word when token.IsWord("true") || token.IsWord("false"):
                return Node(new FlagSyntax(token.At, token.IsWord("true")));
            case TokenKind.Word when token.IsWord("null"):
                throw Fault(token, "null is no value; write 'is null' or 'is not null' behind one.");
            case TokenKind.Word when !Words.Any(token.IsWord):
                if (Current.Is("("))
                    throw Fault(token, $"There are no functions, so that '{token.Value}' cannot be followed by '('.");
                return Node(new NameSyntax(token.At, token.Value, IsQuoted: false));
            case TokenKind.Sign when token.Is("("):
                return ReadParenthesis(token);
            default:
                _next--;
                throw ValueMissing();
        }
    }

    private SyntaxNode ReadParenthesis(Token open)
    {
        Deepen(open.At);
        SyntaxNode inner = ReadOr();
        _depth--;
        return TakeSign(")")
            ? inner
            : throw (Current.Kind == TokenKind.End ? Fault(open, "This '(' is not closed.") : OperatorMissing());
    }

    private void RefuseNull(ComparisonOperator comparison)
    {
        if (Current.IsWord("null"))
            throw Fault(Current, $"Nothing equals null, not even null; write '{(comparison == ComparisonOperator.NotEqual ? "is not null" : "is null")}'.");
    }

    private SyntaxException ValueMissing() => Fault(Current, Current switch
    {
        { Kind: TokenKind.End } => "The expression ends where a value is missing.",
        { Value: ")" or "]" } => $"{Current.Shown} stands where a value is missing.",
        _ => $"{Current.Shown} stands where a value should be: a column, a number, a text in single quotes, true or false.",
    });

    private SyntaxException OperatorMissing()
    {
        Token token = Current;
        if (token.Value is ")" or "]" && token.Kind == TokenKind.Sign)
            return Fault(token, $"{token.Shown} closes nothing.");
        string near = token.Kind == TokenKind.Word && NearestWord.Find(token.Value, Words) is { } word && !token.IsWord(word) ? $" Did you mean '{word}'?" : "";
        return Fault(token, $"{token.Shown} follows without an operator before it; operators are = != < <= > >= + - * / in, between, is, and, or.{near}");
    }

    private static SyntaxException Fault(Token token, string message) => new(new ExpressionProblem(token.At, message));

    private static ComparisonOperator? OperatorOf(Token token) => token.Kind != TokenKind.Sign ? null : token.Value switch
    {
        "=" or "==" => ComparisonOperator.Equal,
        "!=" or "<>" => ComparisonOperator.NotEqual,
        "<" => ComparisonOperator.Less,
        "<=" => ComparisonOperator.LessOrEqual,
        ">" => ComparisonOperator.Greater,
        ">=" => ComparisonOperator.GreaterOrEqual,
        _ => null,
    };

    private bool TakeWord(string word)
    {
        bool there = Current.IsWord(word);
        if (there)
            _next++;
        return there;
    }

    private bool TakeSign(string sign)
    {
        bool there = Current.Is(sign);
        if (there)
            _next++;
        return there;
    }

    private void Deepen(int at)
    {
        if (++_depth > Expression.MaxDepth)
            throw new SyntaxException(new ExpressionProblem(at, $"The expression nests more than {Expression.MaxDepth} levels deep."));
    }

    private SyntaxNode Node(SyntaxNode node) => ++_nodes <= Expression.MaxNodes
        ? node
        : throw new SyntaxException(new ExpressionProblem(node.At, FormattableString.Invariant($"The expression has more than {Expression.MaxNodes:N0} values and operators.")));
}
