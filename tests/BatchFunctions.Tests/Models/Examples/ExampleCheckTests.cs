using BatchFunctions.Models;
using BatchFunctions.Models.Examples;
using static BatchFunctions.Tests.Models.TinyModels;

namespace BatchFunctions.Tests.Models.Examples;

public sealed class ExampleCheckTests
{
    private const string Sum = """
        features: [a, { name: b, missing: 5 }, { name: c, categories: [x, y] }]
        examples:

        """;

    [Fact]
    public void Examples_that_get_their_score_agree()
    {
        IReadOnlyList<ExampleOutcome> outcomes = Run("- { inputs: { a: 1, b: 2, c: y }, score: 4 }", "- { inputs: { a: 1000000, b: , c: x }, score: 1000005.5 }");

        Assert.Equal([new(1, 4, 4, null, true), new(2, 1000005.5, 1000005, null, true)], outcomes);
        Assert.Null(ExampleCheck.Mismatches(outcomes));
    }

    [Theory]
    [InlineData("{ inputs: { a: 1, b: 2, c: y }, score: 4.0001 }", "1 of 1 examples do not get the score that training gave them: example 1: 4, not 4.0001")]
    [InlineData("{ inputs: { a: 1, b: 2, c: z }, score: 4 }", "example 1: 'c': 'z' is none of the categories that the model knows (x, y)")]
    [InlineData("{ inputs: { a: 1, b: 2 }, score: 4 }", "example 1: 'c': the value is missing")]
    [InlineData("{ inputs: { a: one, b: 2, c: x }, score: 4 }", "example 1: 'one' of 'a' is no float64.")]
    [InlineData("{ inputs: { a: 1, b: 2, d: x }, score: 4 }", "example 1: 'd' is no feature of the model")]
    public void Examples_that_do_not_are_told_with_the_reason(string example, string message) =>
        Assert.Contains(message, ExampleCheck.Mismatches(Run($"- {example}")), StringComparison.Ordinal);

    [Fact]
    public void Only_sound_examples_are_scored()
    {
        IReadOnlyList<ExampleOutcome> outcomes = Run("- { inputs: { a: x, b: 2, c: y }, score: 4 }", "- { inputs: { a: 1, b: 2, c: y }, score: 4 }", "- { inputs: { a: 1, b: 2, c: q }, score: 4 }", "- { inputs: { a: 2, b: 2, c: y }, score: 5 }");

        Assert.Equal([false, true, false, true], outcomes.Select(o => o.Agrees));
    }

    [Fact]
    public void The_tolerance_is_given()
    {
        using ModelSession session = Load("sum", $"{Sum}  - {{ inputs: {{ a: 1, b: 2, c: y }}, score: 4.01 }}");

        Assert.False(Assert.Single(ExampleCheck.Run(session, 0.001)).Agrees);
        Assert.True(Assert.Single(ExampleCheck.Run(session, 0.02)).Agrees);
    }

    private static IReadOnlyList<ExampleOutcome> Run(params string[] examples)
    {
        using ModelSession session = Load("sum", $"{Sum}{string.Join("\n", examples.Select(e => "  " + e))}");
        return ExampleCheck.Run(session);
    }
}
