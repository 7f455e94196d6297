using BatchFunctions.Data;
using BatchFunctions.Expressions;
using BatchFunctions.Expressions.Conditions;
using CsCheck;

namespace BatchFunctions.Tests.Expressions;

public sealed class ConditionProgramTests
{
    [Fact]
    public void Random_expressions_say_of_random_records_what_a_plain_interpreter_says() =>
        Gen.Int.Sample(
            seed =>
            {
                var random = new Random(seed);
                (string text, Func<object?[], bool?> evaluate) = new RandomExpression(random).Condition(random.Next(4));
                object?[][] rows = [.. Enumerable.Range(0, random.Next(60)).Select(_ => Records.Random(random))];

                Truth[] truths = Evaluate(text, rows);

                for (int i = 0; i < rows.Length; i++)
                    Assert.True(Of(evaluate(rows[i])) == truths[i], $"{text} is {truths[i]} of ({string.Join(", ", rows[i])}).");
            },
            iter: 3_000);

    [Fact]
    public void Several_conditions_and_batches_of_any_length_share_one_program()
    {
        var program = new ConditionProgram(Bind("a + 1 > 2"), Bind("s = 'north' or a + 1 > 2"), Bind("f is null"));
        var random = new Random(5);
        foreach (int rows in (int[])[3, 100, 0, 7])
        {
            object?[][] records = [.. Enumerable.Range(0, rows).Select(_ => Records.Random(random))];

            program.Run(Records.Columns(program.Columns, records), rows);

            Assert.Equal(Evaluate("a + 1 > 2", records), program.Truths(0).ToArray());
            Assert.Equal(Evaluate("s = 'north' or a + 1 > 2", records), program.Truths(1).ToArray());
            Assert.Equal(Evaluate("f is null", records), program.Truths(2).ToArray());
        }
    }

    [Fact]
    public void A_column_is_asked_for_once() =>
        Assert.Equal(["a", "s"], new ConditionProgram(Bind("a > 1 and s = 'x' and a < 5"), Bind("a is null")).Columns.Select(c => c.Name));

    [Fact]
    public void Nothing_is_allocated_for_a_batch()
    {
        var program = new ConditionProgram(Bind("(a * 2 + c > 3 or x / y >= 0.5) and s in ['north', 'a'] and not (f is null or m < 1) and d > '1969-12-31' and p"));
        var random = new Random(7);
        Column[] columns = Records.Columns(program.Columns, [.. Enumerable.Range(0, 5_000).Select(_ => Records.Random(random))]);
        program.Run(columns, 5_000);

        Assert.Equal(0, Allocations.Least(() => program.Run(columns, 5_000)));
    }

    [Fact]
    public void Constants_are_calculated_exactly_before_they_take_a_columns_type() =>
        Assert.Equal(0.3, Assert.IsType<ConstantTerm<double>>(Assert.IsType<Comparison>(Bind("x > 0.1 + 0.2")).Right).Value);

    private static Truth Of(bool? value) => value switch { true => Truth.True, false => Truth.False, null => Truth.Unknown };

    private static Condition Bind(string text)
    {
        Expression? expression = Expression.Parse(text, out ExpressionProblem problem);
        Assert.True(expression is not null, $"{text}: {problem}");
        List<ExpressionProblem> problems = [];
        Condition? condition = ExpressionBinder.Bind(expression, Records.Schema, problems);
        Assert.True(condition is not null && problems.Count == 0, $"{text}: {string.Join(", ", problems)}");
        return condition;
    }

    private static Truth[] Evaluate(string text, object?[][] rows)
    {
        var program = new ConditionProgram(Bind(text));
        program.Run(Records.Columns(program.Columns, rows), rows.Length);
        return program.Truths(0).ToArray();
    }
}
