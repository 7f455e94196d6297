using BatchFunctions.Data;
using BatchFunctions.Expressions;
using BatchFunctions.Expressions.Conditions;

namespace BatchFunctions.Tests.Expressions;

/// <summary>What is wrong with an expression is said where it stands, with what to write instead.</summary>
public sealed class ExpressionProblemTests
{
    private static readonly Schema Customers = new(
    [
        new("tenure", DataType.Int64), new("charges", DataType.Float64), new("region", DataType.String), new("is_premium", DataType.Bool),
        new("signup", DataType.Date), new("seen", DataType.Timestamp),
    ]);

    [Theory]
    [InlineData("", 0, "The expression is blank; write a condition such as age >= 18.")]
    [InlineData("tenure >", 8, "The expression ends where a value is missing.")]
    [InlineData("tenure < 12 && charges > 5", 12, "'&' means nothing here; write 'and'.")]
    [InlineData("tenure < 12 || charges > 5", 12, "'|' means nothing here; write 'or'.")]
    [InlineData("!is_premium", 0, "'!' means nothing here; write 'not', or '!='.")]
    [InlineData("tenure < 12 charges", 12, "'charges' follows without an operator before it; operators are = != < <= > >= + - * / in, between, is, and, or.")]
    [InlineData("tenure < 12 adn charges > 5", 12, "'adn' follows without an operator before it; operators are = != < <= > >= + - * / in, between, is, and, or. Did you mean 'and'?")]
    [InlineData("region = 'north", 9, "The text that starts here has no closing '.")]
    [InlineData("(tenure < 12", 0, "This '(' is not closed.")]
    [InlineData("tenure < 12)", 11, "')' closes nothing.")]
    [InlineData("tenure = null", 9, "Nothing equals null, not even null; write 'is null'.")]
    [InlineData("tenure <> NULL", 10, "Nothing equals null, not even null; write 'is not null'.")]
    [InlineData("0 < tenure < 12", 11, "A comparison cannot be compared again; join two comparisons with 'and', such as 0 < a and a < 1.")]
    [InlineData("tenure in 1, 2", 10, "'in' is followed by a list: write in ['a', 'b'].")]
    [InlineData("tenure in []", 11, "The list has a value missing here: write in ['a', 'b'].")]
    [InlineData("tenure in [1, null]", 14, "Nothing equals null, so that it means nothing in a list; write 'or … is null'.")]
    [InlineData("tenure in [1 2]", 13, "A comma or the closing ']' of the list is missing here.")]
    [InlineData("tenure between 1 or 2", 17, "'between' takes two ends: write between 1 and 5.")]
    [InlineData("tenure is 5", 10, "'is' is followed by 'null' or 'not null'; values are compared with = or !=.")]
    [InlineData("lower(region) = 'x'", 0, "There are no functions, so that 'lower' cannot be followed by '('.")]
    [InlineData("tenure > 1e999", 9, "'1e999' is too large a number.")]
    [InlineData("tenure > 12abc", 9, "'12a' is no number; numbers look like 12, 0.7 or 1e-3, and a column whose name starts with a digit stands in double quotes.")]
    [InlineData("tenure % 2 = 0", 7, "'%' means nothing here; a column with odd characters stands in double quotes, a text in single ones.")]
    [InlineData("tenure > * 2", 9, "'*' stands where a value should be: a column, a number, a text in single quotes, true or false.")]
    [InlineData("and tenure", 0, "'and' stands where a value should be: a column, a number, a text in single quotes, true or false.")]
    [InlineData("region like 'n%'", 7, "'like' follows without an operator before it; operators are = != < <= > >= + - * / in, between, is, and, or.")]
    [InlineData("tenur < 12", 0, "There is no column 'tenur'; did you mean 'tenure'?")]
    [InlineData("region = \"north\"", 9, "There is no column 'north'; there are tenure, charges, region, is_premium, signup, seen. (A text stands in single quotes.)")]
    [InlineData("tenure", 0, "'tenure' is int64 and no condition by itself; compare it with something.")]
    [InlineData("tenure + 1", 7, "This is a value and no condition; compare it with something.")]
    [InlineData("(tenure > 1) = true", 8, "This is a condition and no value; conditions are joined with 'and' and 'or', not compared or calculated with.")]
    [InlineData("region > 12", 7, "'region' is string and 12 a number: write '12', or give the column a type, such as validation.columns.region.type: float64.")]
    [InlineData("12 < region", 3, "'region' is string and 12 a number: write '12', or give the column a type, such as validation.columns.region.type: float64.")]
    [InlineData("tenure = '12'", 7, "'tenure' is int64 and '12' a text; write 12 without quotes.")]
    [InlineData("tenure = 'a'", 7, "'tenure' is int64 and 'a' is a text; these cannot be compared.")]
    [InlineData("tenure = region", 7, "'tenure' is int64 and 'region' is string; these cannot be compared.")]
    [InlineData("is_premium = 1", 11, "'is_premium' is bool and 1 is a number; these cannot be compared.")]
    [InlineData("is_premium > false", 11, "true and false have no order; compare them with = or !=.")]
    [InlineData("region + 1 > 2", 7, "'region' is string; only numbers can be calculated with.")]
    [InlineData("-region = 'a'", 0, "'region' is string; only numbers can have a minus.")]
    [InlineData("charges > 1 / 0", 12, "This divides by zero.")]
    [InlineData("charges > 1e300 * 1e300", 16, "What is calculated here is too large a number.")]
    [InlineData("signup > 'yesterday'", 7, "'signup' is date, and 'yesterday' is none; write it as '2026-02-08'.")]
    [InlineData("seen > '2026-02-30'", 5, "'seen' is timestamp, and '2026-02-30' is none; write it as '2026-02-08' or '2026-02-08T14:30:00Z'.")]
    [InlineData("signup > 5", 7, "'signup' is date and 5 is a number; these cannot be compared.")]
    [InlineData("tenure in [1, charges]", 14, "A list holds numbers or texts and no columns; join comparisons with 'or'.")]
    [InlineData("'a' = 1", 4, "'a' is a text and 1 is a number; these cannot be compared.")]
    public void It_is_pointed_at(string text, int at, string message) => Assert.Equal([new ExpressionProblem(at, message)], ProblemsOf(text));

    [Fact]
    public void All_that_does_not_fit_comes_at_once_but_a_column_only_once() =>
        Assert.Equal([0, 20], ProblemsOf("tenur < 1 or region > 5 and tenur > 9").Select(p => p.At));

    [Fact]
    public void What_could_take_long_is_refused()
    {
        Assert.Contains("10,000 are allowed", Assert.Single(ProblemsOf(new string(' ', 10_001))).Message, StringComparison.Ordinal);
        Assert.Contains("64 levels", Assert.Single(ProblemsOf(new string('(', 5_000))).Message, StringComparison.Ordinal);
        Assert.Contains("64 levels", Assert.Single(ProblemsOf(string.Concat(Enumerable.Repeat("not ", 70)) + "is_premium")).Message, StringComparison.Ordinal);
        Assert.Contains("1,000 values and operators", Assert.Single(ProblemsOf("tenure > 1" + string.Concat(Enumerable.Repeat("+1", 600)))).Message, StringComparison.Ordinal);
        Assert.Empty(ProblemsOf(new string('(', 64) + "is_premium" + new string(')', 64)));
        Assert.Empty(ProblemsOf("tenure > 1" + string.Concat(Enumerable.Repeat("+1", 490))));
    }

    [Theory]
    [InlineData("not (tenure < 12 and (region = 'north' or is_premium))", "Disjunction(tenure GreaterOrEqual 12, Conjunction(region NotEqual north, not is_premium))")]
    [InlineData("1 < 2 and tenure > 5", "tenure Greater 5")]
    [InlineData("1 > 2 and tenure > 5", "False")]
    [InlineData("tenure > 5 or 'a' < 'b'", "True")]
    [InlineData("12 > tenure", "tenure Less 12")]
    [InlineData("tenure > 12.0", "tenure Greater 12")]
    [InlineData("tenure not between 1 and 2 + 3", "Disjunction(tenure Less 1, tenure Greater 5)")]
    [InlineData("region in ['a', 'b', 'a']", "region in [a, b]")]
    [InlineData("tenure in (1, 1.5, 2.0)", "tenure in [1, 2]")]
    [InlineData("is_premium = false and region is not null", "Conjunction(not is_premium, region is not null)")]
    public void A_condition_has_no_not_and_nothing_that_is_the_same_for_every_record(string text, string expected)
    {
        Expression expression = Expression.Parse(text, out _)!;

        Assert.Equal(expected, ExpressionBinder.Bind(expression, Customers, [])!.Accept(new Printer()));
    }

    [Fact]
    public void The_columns_are_named_in_order() =>
        Assert.Equal(["b", "odd one", "a"], Expression.Parse("b > 1 and (\"odd one\" is null or a in [1]) and -b < 5", out _)!.ColumnNames);

    private static List<ExpressionProblem> ProblemsOf(string text)
    {
        List<ExpressionProblem> problems = [];
        Expression? expression = Expression.Parse(text, out ExpressionProblem problem);
        if (expression is null)
            problems.Add(problem);
        else
            Assert.Equal(ExpressionBinder.Bind(expression, Customers, problems) is null, problems.Count > 0);
        return problems;
    }

    private sealed class Printer : IConditionVisitor<string>
    {
        public string Visit(Known condition) => $"{condition.Holds}";

        public string Visit(Comparison condition) => $"{Of(condition.Left)} {condition.Operator} {Of(condition.Right)}";

        public string Visit(Membership condition) => $"{Of(condition.Operand)} {(condition.IsNegated ? "not " : "")}in [{string.Join(", ", condition.Items.Select(Of))}]";

        public string Visit(NullTest condition) => $"{Of(condition.Operand)} is {(condition.IsNegated ? "not " : "")}null";

        public string Visit(Flag condition) => $"{(condition.Expected ? "" : "not ")}{condition.Column.Column.Name}";

        public string Visit(Conjunction condition) => $"Conjunction({string.Join(", ", condition.Conditions.Select(c => c.Accept(this)))})";

        public string Visit(Disjunction condition) => $"Disjunction({string.Join(", ", condition.Conditions.Select(c => c.Accept(this)))})";

        private static string Of(Term term) => term switch
        {
            ColumnTerm column => column.Column.Name,
            ConstantTerm<long> constant => FormattableString.Invariant($"{constant.Value}"),
            ConstantTerm<string> constant => constant.Value,
            _ => term.ToString(),
        };
    }
}
