using System.Globalization;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Text;
using BatchFunctions.Expressions.Conditions;
using BatchFunctions.Expressions.Syntax;

namespace BatchFunctions.Expressions;

/// <summary>Ties an expression to the columns of a schema: finds their types, says what does not fit, and works out what is the same for every record.</summary>
internal sealed class ExpressionBinder
{
    private const int ShownColumns = 20;

    private readonly Schema _columns;
    private readonly List<ExpressionProblem> _problems;
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);

    private ExpressionBinder(Schema columns, List<ExpressionProblem> problems) => (_columns, _problems) = (columns, problems);

    /// <summary>Binds an expression.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="columns">The columns that it can mention.</param>
    /// <param name="problems">Where problems are noted, in the order of the text or nearly so.</param>
    /// <returns>The condition, or null where there are problems.</returns>
    public static Condition? Bind(Expression expression, Schema columns, List<ExpressionProblem> problems) =>
        new ExpressionBinder(columns, problems).BindCondition(expression.Root, negated: false);

    private Condition? BindCondition(SyntaxNode node, bool negated) => node switch
    {
        FlagSyntax flag => new Known(flag.Value != negated),
        NameSyntax name => BindFlag(name, negated),
        NotSyntax not => BindCondition(not.Operand, !negated),
        JunctionSyntax junction => BindJunction(junction, negated),
        ComparisonSyntax comparison => BindComparison(comparison, negated),
        RangeSyntax range => BindRange(range, negated),
        MembershipSyntax membership => BindMembership(membership, negated),
        NullTestSyntax test => BindNullTest(test, negated),
        _ => Refuse(node.At, "This is a value and no condition; compare it with something."),
    };

    private Condition? BindFlag(NameSyntax name, bool negated) => FindColumn(name) switch
    {
        null => null,
        { Type: DataType.Bool } column => new Flag(column, !negated),
        { } column => Refuse(name.At, $"{Named(column)} and no condition by itself; compare it with something."),
    };

    // De Morgan's laws hold for three values as for two.
    private Condition? BindJunction(JunctionSyntax junction, bool negated)
    {
        Condition?[] operands = [.. junction.Operands.Select(o => BindCondition(o, negated))];
        return operands.Contains(null) ? null : Join(junction.IsAnd != negated, operands!);
    }

    private static Condition Join(bool isAnd, params ReadOnlySpan<Condition> operands)
    {
        List<Condition> kept = [];
        foreach (Condition operand in operands)
        {
            switch (operand)
            {
                case Known known when known.Holds != isAnd:
                    return known;
                case Known:
                    break;
                case Conjunction inner when isAnd:
                    kept.AddRange(inner.Conditions);
                    break;
                case Disjunction inner when !isAnd:
                    kept.AddRange(inner.Conditions);
                    break;
                default:
                    kept.Add(operand);
                    break;
            }
        }

        return kept.Count switch
        {
            0 => new Known(isAnd),
            1 => kept[0],
            _ => isAnd ? new Conjunction(kept) : new Disjunction(kept),
        };
    }

    private Condition? BindComparison(ComparisonSyntax node, bool negated)
    {
        Term? left = BindTerm(node.Left), right = BindTerm(node.Right);
        return left is null || right is null ? null : Compare(node.At, negated ? node.Operator.Negate() : node.Operator, left, right);
    }

    private Condition? BindRange(RangeSyntax node, bool negated)
    {
        bool isNegated = node.IsNegated != negated;
        Term? operand = BindTerm(node.Operand), low = BindTerm(node.Low), high = BindTerm(node.High);
        if (operand is null || low is null || high is null)
            return null;
        Condition? above = Compare(node.At, isNegated ? ComparisonOperator.Less : ComparisonOperator.GreaterOrEqual, operand, low);
        Condition? below = above is null ? null : Compare(node.At, isNegated ? ComparisonOperator.Greater : ComparisonOperator.LessOrEqual, operand, high);
        return above is null || below is null ? null : Join(!isNegated, above, below);
    }

    private Condition? BindMembership(MembershipSyntax node, bool negated)
    {
        bool isNegated = node.IsNegated != negated;
        Term? operand = BindTerm(node.Operand);
        Term?[] items = [.. node.Items.Select(BindItem)];
        if (operand is null || items.Contains(null))
            return null;
        if (IsConstant(operand) || operand.Type == DataType.Bool)
        {
            Condition?[] each = [.. items.Select(i => Compare(node.At, isNegated ? ComparisonOperator.NotEqual : ComparisonOperator.Equal, operand, i!))];
            return each.Contains(null) ? null : Join(isNegated, each!);
        }

        List<Term> constants = [];
        foreach ((Term? item, SyntaxNode syntax) in items.Zip(node.Items))
        {
            if (Unify(syntax.At, operand, item!, isCompared: true) is not var (unified, constant))
                return null;

            // A fraction beside whole numbers turns those into fractions, none of which it equals.
            if (unified.Type == operand.Type && !constants.Contains(constant))
                constants.Add(constant);
        }

        return new Membership(operand, constants, isNegated);
    }

    private Term? BindItem(SyntaxNode node)
    {
        Term? item = BindTerm(node);
        if (item is null || IsConstant(item))
            return item;
        Refuse(node.At, "A list holds numbers or texts and no columns; join comparisons with 'or'.");
        return null;
    }

    private Condition? BindNullTest(NullTestSyntax node, bool negated)
    {
        bool isNegated = node.IsNegated != negated;
        return BindTerm(node.Operand) switch
        {
            null => null,
            var constant when IsConstant(constant) => new Known(isNegated),
            var operand => new NullTest(operand, isNegated),
        };
    }

    private Term? BindTerm(SyntaxNode node) => node switch
    {
        NumberSyntax number => new NumberTerm(number.Value),
        TextSyntax text => new ConstantTerm<string>(DataType.String, text.Value),
        FlagSyntax flag => new ConstantTerm<bool>(DataType.Bool, flag.Value),
        NameSyntax name => FindColumn(name),
        NegativeSyntax negative => BindNegative(negative),
        CalculationSyntax calculation => BindCalculation(calculation),
        _ => RefuseTerm(node.At, "This is a condition and no value; conditions are joined with 'and' and 'or', not compared or calculated with."),
    };

    private ColumnTerm? FindColumn(NameSyntax name)
    {
        if (_columns.Find(name.Name) is { } field)
            return new ColumnTerm(field);
        if (_unknown.Add(name.Name))
        {
            string meant = NearestWord.Find(name.Name, _columns.Select(c => c.Name)) is { } near
                ? $"did you mean '{near}'?"
                : $"there are {string.Join(", ", _columns.Take(ShownColumns).Select(c => c.Name))}{(_columns.Count > ShownColumns ? ", …" : "")}.";
            Refuse(name.At, $"There is no column '{name.Name}'; {meant}{(name.IsQuoted ? " (A text stands in single quotes.)" : "")}");
        }

        return null;
    }

    private Term? BindNegative(NegativeSyntax node) => BindTerm(node.Operand) switch
    {
        null => null,
        NumberTerm number => new NumberTerm(-number.Value),
        { Type: DataType.Int64 or DataType.Float64 or DataType.Decimal } operand => new CalculationTerm(operand.Type, ArithmeticOperator.Subtract, Zero(operand.Type), operand),
        var operand => RefuseTerm(node.At, $"{Named(operand)}; only numbers can have a minus."),
    };

    private Term? BindCalculation(CalculationSyntax node)
    {
        Term? left = BindTerm(node.Left), right = BindTerm(node.Right);
        if (left is null || right is null)
            return null;
        foreach (Term operand in (Term[])[left, right])
            if (operand.Type is not (DataType.Int64 or DataType.Float64 or DataType.Decimal))
                return RefuseTerm(node.At, $"{Named(operand)}; only numbers can be calculated with.");
        if (left is NumberTerm a && right is NumberTerm b)
            return Number.Calculate(node.Operator, a.Value, b.Value) is { } number
                ? new NumberTerm(number)
                : RefuseTerm(node.At, b.Value.Approximate == 0 ? "This divides by zero." : "What is calculated here is too large a number.");
        (left, right) = IsConstant(left) && Unify(node.At, right, left) is var (y, x) ? (x, y) : Unify(node.At, left, right)!.Value;
        DataType type = node.Operator == ArithmeticOperator.Divide && left.Type == DataType.Int64 ? DataType.Float64 : left.Type;
        return new CalculationTerm(type, node.Operator, Convert(left, type), Convert(right, type));
    }

    private Condition? Compare(int at, ComparisonOperator comparison, Term left, Term right)
    {
        if (IsConstant(left))
        {
            if (IsConstant(right))
                return CompareConstants(at, comparison, left, right);
            (left, right, comparison) = (right, left, comparison.Mirror());
        }

        if (Unify(at, left, right, isCompared: true) is not var (a, b))
            return null;
        if (a.Type == DataType.Bool && comparison is not (ComparisonOperator.Equal or ComparisonOperator.NotEqual))
            return Refuse(at, "true and false have no order; compare them with = or !=.");
        return (a, b) is (ColumnTerm column, ConstantTerm<bool> flag)
            ? new Flag(column, flag.Value == (comparison == ComparisonOperator.Equal))
            : new Comparison(comparison, a, b);
    }

    private Condition? CompareConstants(int at, ComparisonOperator comparison, Term left, Term right)
    {
        switch (left, right)
        {
            case (NumberTerm a, NumberTerm b):
                return new Known(comparison.Holds(a.Value.CompareTo(b.Value)));
            case (ConstantTerm<string> a, ConstantTerm<string> b):
                return new Known(comparison.Holds(Encoding.UTF8.GetBytes(a.Value).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.Value))));
            case (ConstantTerm<bool> a, ConstantTerm<bool> b) when comparison is ComparisonOperator.Equal or ComparisonOperator.NotEqual:
                return new Known((a.Value == b.Value) == (comparison == ComparisonOperator.Equal));
            case (ConstantTerm<bool>, ConstantTerm<bool>):
                return Refuse(at, "true and false have no order; compare them with = or !=.");
            default:
                return Refuse(at, Mismatch(left, right));
        }
    }

    /// <summary>Gives two terms, the first no constant, one type; null where none holds both, which is noted.</summary>
    private (Term Left, Term Right)? Unify(int at, Term left, Term right, bool isCompared = false)
    {
        switch (left.Type, right)
        {
            case (DataType.Int64 or DataType.Float64 or DataType.Decimal, NumberTerm number):
                return UnifyNumber(left, number.Value, isCompared);
            case (DataType.Date or DataType.Timestamp, ConstantTerm<string> text):
                return UnifyTime(left, text.Value)
                    ?? Refused(at, $"{Named(left)}, and '{text.Value}' is none; write it as '2026-02-08'{(left.Type == DataType.Date ? "" : " or '2026-02-08T14:30:00Z'")}.");
            case var (type, other) when type == other.Type && other is not NumberTerm:
                return (left, right);
            case (DataType.Int64 or DataType.Float64 or DataType.Decimal, { Type: DataType.Int64 or DataType.Float64 or DataType.Decimal }):
                DataType wider = left.Type == DataType.Float64 || right.Type == DataType.Float64 ? DataType.Float64 : DataType.Decimal;
                return (Convert(left, wider), Convert(right, wider));
            case (DataType.Date or DataType.Timestamp, { Type: DataType.Date or DataType.Timestamp }):
                return (Convert(left, DataType.Timestamp), Convert(right, DataType.Timestamp));
            default:
                return Refused(at, Mismatch(left, right));
        }
    }

    // A float32 column is compared with the float32 next to the number, so that 0.7 there is 0.7 here.
    private static (Term Left, Term Right) UnifyNumber(Term left, Number number, bool isCompared) => left switch
    {
        { Type: DataType.Int64 } when number.Whole is { } whole => (left, new ConstantTerm<long>(DataType.Int64, whole)),
        { Type: DataType.Decimal } when number.Exact is { } exact => (left, new ConstantTerm<decimal>(DataType.Decimal, exact)),
        ColumnTerm { Column.Type: DataType.Float32 } when isCompared => (left, new ConstantTerm<double>(DataType.Float64, (float)number.Approximate)),
        _ => (Convert(left, DataType.Float64), new ConstantTerm<double>(DataType.Float64, number.Approximate)),
    };

    private static Term Zero(DataType type) => type switch
    {
        DataType.Int64 => new ConstantTerm<long>(type, 0),
        DataType.Decimal => new ConstantTerm<decimal>(type, 0),
        _ => new ConstantTerm<double>(type, 0),
    };

    private static Term Convert(Term term, DataType type) => term switch
    {
        _ when term.Type == type => term,
        ConstantTerm<long> whole when type == DataType.Float64 => new ConstantTerm<double>(type, whole.Value),
        _ => new ConversionTerm(type, term),
    };

    // A date is compared with a moment within a day as the moment at which it begins.
    private static (Term Left, Term Right)? UnifyTime(Term left, string text)
    {
        // Readers of text may look a few bytes beyond the end.
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 64];
        int length = Encoding.UTF8.GetBytes(text, bytes);
        if (length == 0 || !TimestampCell.TryRead(ref bytes[0], length, out long moment))
            return null;
        return left.Type == DataType.Date && moment % TimeSpan.MicrosecondsPerDay == 0
            ? (left, new ConstantTerm<long>(DataType.Date, moment / TimeSpan.MicrosecondsPerDay))
            : (Convert(left, DataType.Timestamp), new ConstantTerm<long>(DataType.Timestamp, moment));
    }

    private static bool IsConstant(Term term) => term is NumberTerm or ConstantTerm<string> or ConstantTerm<bool>;

    private static string Mismatch(Term left, Term right) => (left, right) switch
    {
        (ColumnTerm { Type: DataType.String } column, NumberTerm number) =>
            $"{Named(left)} and {number.Value} a number: write '{number.Value}', or give the column a type, such as validation.columns.{column.Column.Name}.type: float64.",
        ({ Type: DataType.Int64 or DataType.Float64 or DataType.Decimal }, ConstantTerm<string> text) when double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) =>
            $"{Named(left)} and '{text.Value}' a text; write {text.Value} without quotes.",
        _ => $"{Named(left)} and {Lower(Named(right))}; these cannot be compared.",
    };

    private static string Named(Term term) => term switch
    {
        ColumnTerm column => $"'{column.Column.Name}' is {TypeConversions.NameOf(column.Column.Type)}",
        NumberTerm number => $"{number.Value} is a number",
        ConstantTerm<string> text => $"'{text.Value}' is a text",
        ConstantTerm<bool> flag => $"{(flag.Value ? "true" : "false")} is no number and no text",
        _ => "What is calculated here is a number",
    };

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];

    private Condition? Refuse(int at, string message)
    {
        _problems.Add(new ExpressionProblem(at, message));
        return null;
    }

    private Term? RefuseTerm(int at, string message)
    {
        Refuse(at, message);
        return null;
    }

    private (Term, Term)? Refused(int at, string message)
    {
        Refuse(at, message);
        return null;
    }

    // Takes its type from what it is put together with, so that none is left in a condition.
    private sealed record NumberTerm(Number Value) : Term(DataType.Float64);
}
