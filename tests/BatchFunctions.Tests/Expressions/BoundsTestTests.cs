using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Expressions;
using BatchFunctions.Expressions.Bounds;
using BatchFunctions.Expressions.Conditions;
using CsCheck;

namespace BatchFunctions.Tests.Expressions;

public sealed class BoundsTestTests
{
    [Fact]
    public void What_bounds_rule_out_holds_for_no_record() =>
        Gen.Int.Sample(
            seed =>
            {
                var random = new Random(seed);
                (string text, Func<object?[], bool?> evaluate) = new RandomExpression(random).Condition(random.Next(4));
                object?[][] rows = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Records.Random(random))];

                if (!MayHold(text, rows, random))
                    Assert.All(rows, row => Assert.True(evaluate(row) != true, $"{text} holds of ({string.Join(", ", row)})."));
            },
            iter: 5_000);

    [Theory]
    [InlineData("a = 4", false)]
    [InlineData("a = 2", true)]
    [InlineData("a < 1", false)]
    [InlineData("a <= 1", true)]
    [InlineData("a > 3", false)]
    [InlineData("a between 4 and 9", false)]
    [InlineData("not (a between 0 and 5)", false)]
    [InlineData("a in (7, 8)", false)]
    [InlineData("a in (7, 3)", true)]
    [InlineData("b != 5", false)]
    [InlineData("b not in (4, 5)", false)]
    [InlineData("b is null", false)]
    [InlineData("c is not null", false)]
    [InlineData("c < 5", false)]
    [InlineData("a < 0.5", false)]
    [InlineData("x > 2.5", false)]
    [InlineData("x is null", true)]
    [InlineData("s >= 'm'", false)]
    [InlineData("s between 'b' and 'c'", true)]
    [InlineData("p", false)]
    [InlineData("not p", true)]
    [InlineData("d >= '1970-01-03'", false)]
    [InlineData("d < '1970-01-01T12:00:00'", true)]
    [InlineData("a > 3 or x > 2.5", false)]
    [InlineData("a > 3 and x > 0", false)]
    [InlineData("a + 1 > 100", true)]
    public void A_run_of_records_is_passed_over_where_its_bounds_say_so(string text, bool mayHold)
    {
        object?[][] rows =
        [
            Row(("a", 1L), ("b", 5L), ("x", 0.5), ("s", "a"), ("p", false), ("d", 0)),
            Row(("a", 3L), ("b", 5L), ("x", 2.5), ("s", "lima"), ("p", false), ("d", 1)),
        ];

        Assert.Equal(mayHold, Bind(text).Accept(new BoundsTest(field => BoundsOf(field, rows))));
    }

    private static object?[] Row(params (string Name, object Value)[] values)
    {
        var row = new object?[Records.Schema.Count];
        foreach ((string name, object value) in values)
            row[Records.Schema.IndexOf(name)] = value;
        return row;
    }

    private static bool MayHold(string text, object?[][] rows, Random random) => Bind(text).Accept(new BoundsTest(field =>
    {
        ValueBounds bounds = BoundsOf(field, rows);
        if (bounds.Smallest is byte[] { Length: > 1 } smallest && random.Next(2) == 0)
            bounds = bounds with { Smallest = smallest[..1] };
        return random.Next(6) switch
        {
            0 => ValueBounds.Unknown,
            1 => bounds with { Smallest = null },
            2 => bounds with { Largest = null, MayBeMissing = true },
            _ => bounds,
        };
    }));

    private static ValueBounds BoundsOf(Field field, object?[][] rows)
    {
        if (field.Type == DataType.Decimal)
            return ValueBounds.Unknown;
        object?[] cells = [.. rows.Select(r => Normal(field, r[Records.Schema.IndexOf(field.Name)]))];
        object[] values = [.. cells.OfType<object>()];
        var order = Comparer<object>.Create((a, b) => a is byte[] x && b is byte[] y ? x.AsSpan().SequenceCompareTo(y) : ((IComparable)a).CompareTo(b));
        return new ValueBounds(
            values.Min(order),
            values.Max(order),
            MayBeMissing: values.Length < cells.Length || field.Type is DataType.Float32 or DataType.Float64,
            MayBePresent: values.Length > 0);
    }

    private static object? Normal(Field field, object? value) => value switch
    {
        null => null,
        string text => Encoding.UTF8.GetBytes(text),
        bool flag => flag,
        _ when field.Type is DataType.Float32 or DataType.Float64 => Convert.ToDouble(value, null) is var number && double.IsNaN(number) ? null : number,
        _ => Convert.ToInt64(value, null),
    };

    private static Condition Bind(string text)
    {
        Expression? expression = Expression.Parse(text, out ExpressionProblem problem);
        Assert.True(expression is not null, $"{text}: {problem}");
        List<ExpressionProblem> problems = [];
        Condition? condition = ExpressionBinder.Bind(expression, Records.Schema, problems);
        Assert.True(condition is not null && problems.Count == 0, $"{text}: {string.Join(", ", problems)}");
        return condition;
    }
}
