using BatchFunctions.Data;
using BatchFunctions.Models;
using static BatchFunctions.Tests.Models.TinyModels;

namespace BatchFunctions.Tests.Models.Filling;

/// <summary>A record is prepared as training prepared it: imputed, encoded, clipped, scaled.</summary>
public sealed class PreparationTests
{
    [Fact]
    public void Categories_can_have_numbers_of_their_own()
    {
        float[][] rows = Rows(
            "features: [{ name: region, categories: { north: 0.25, south: -3, east: 1.5e3 }, unseen: 9, missing: south }, b, c]",
            ("region", DataType.String, ["north", "south", "east", "west", null]));

        Assert.Equal([0.25f, -3f, 1500f, 9f, -3f], rows.Select(r => r[0]));
    }

    [Theory]
    [InlineData("unseen: { category: south }")]
    [InlineData("unseen: most_frequent, statistics: { mode: south }")]
    public void A_value_that_is_no_category_can_be_taken_for_one(string rule)
    {
        float[][] rows = Rows($"features: [{{ name: region, categories: [north, south], {rule}, missing: anything }}, b, c]", ("region", DataType.String, ["north", "west", null]));

        Assert.Equal([0f, 1f, 1f], rows.Select(r => r[0]));
    }

    [Fact]
    public void The_most_frequent_category_is_that_of_the_baseline()
    {
        float[][] rows = Rows(
            """
            features: [{ name: region, categories: [north, south], unseen: most_frequent, missing: mode }, b, c]
            baseline: { features: { region: { categories: [north, south], counts: [10, 30] } } }
            """,
            ("region", DataType.String, ["north", "west", null]));

        Assert.Equal([0f, 1f, 1f], rows.Select(r => r[0]));
    }

    [Fact]
    public void One_hot_gives_each_category_a_column()
    {
        float[][] rows = Rows(
            "features: [b, { name: region, categories: [north, south], encode: one_hot, unseen: zeros, missing: south }]",
            ("b", DataType.Float64, [7.0, 8.0, 9.0, 10.0]),
            ("region", DataType.String, ["north", "south", "west", null]));

        Assert.Equal([[7, 1, 0], [8, 0, 1], [9, 0, 0], [10, 0, 1]], rows);
    }

    [Fact]
    public void One_hot_can_leave_out_the_first_category()
    {
        float[][] rows = Rows(
            "features: [{ name: code, type: int64, categories: [5, 6, 7], encode: one_hot_drop_first, unseen: most_frequent, missing: zeros, statistics: { mode: 7 } }, c]",
            ("code", DataType.Int64, [5L, 6L, 7L, 8L, null]),
            ("c", DataType.Float64, [1.0, 2.0, 3.0, 4.0, 5.0]));

        Assert.Equal([[0, 0, 1], [1, 0, 2], [0, 1, 3], [0, 1, 4], [0, 0, 5]], rows);
    }

    [Fact]
    public void Unseen_values_reject_unless_the_manifest_says_otherwise()
    {
        using ModelSession session = Load("sum", "features: [{ name: region, categories: [north, south], encode: one_hot }, c]");
        RecordBatch batch = Batches.Of(("region", DataType.String, ["north", "west", null]), ("c", DataType.Float64, [1.0, 1.0, 1.0]));

        Assert.Equal([("region", 2, FaultCodes.Missing), ("region", 1, FaultCodes.NotAllowed)], Faults(session.Prepare(batch.Schema), batch).Select(f => (f.Column!, f.Row, f.Code)));
    }

    [Fact]
    public void Values_are_clipped_before_they_are_scaled()
    {
        float[][] rows = Rows(
            "features: [{ name: a, clip: { min: 0, max: 10 }, scale: { min: 0, max: 20 }, missing: 100 }, { name: b, clip: { min: 1 } }, { name: c, clip: { max: 2 }, missing: nan }]",
            ("a", DataType.Float64, [-5.0, 5.0, 1e300, null]),
            ("b", DataType.Int64, [-5L, 5L, 7L, 0L]),
            ("c", DataType.Float32, [-5f, 5f, float.NaN, null]));

        Assert.Equal([[0, 1, -5], [0.25f, 5, 2], [0.5f, 7, float.NaN], [0.5f, 1, float.NaN]], rows);
    }

    [Theory]
    [InlineData("{ min: -10, max: 30 }", 0.5f)]
    [InlineData("{ min: -10, max: 30, range: [-1, 1] }", 0f)]
    [InlineData("{ min: -10, max: 30, range: [2, 4] }", 3f)]
    [InlineData("{ median: 8, iqr: 4 }", 0.5f)]
    [InlineData("{ mean: 8, std: 0.5 }", 4f)]
    public void A_scale_is_what_scikit_learn_has(string scale, float expected) =>
        Assert.Equal(expected, Rows($"features: [{{ name: a, scale: {scale} }}, b, c]", ("a", DataType.Int64, [10L]))[0][0]);

    [Theory]
    [InlineData("missing: { mean: 32.5 }", 32.5f)]
    [InlineData("missing: { median: 29 }", 29f)]
    [InlineData("missing: { mode: 30 }", 30f)]
    [InlineData("missing: mean, statistics: { mean: 1, median: 2, mode: 3 }", 1f)]
    [InlineData("missing: median, statistics: { mean: 1, median: 2, mode: 3 }", 2f)]
    [InlineData("missing: mode, statistics: { mean: 1, median: 2, mode: 3 }", 3f)]
    [InlineData("missing: mean, scale: { mean: 4, std: 2 }", 0f)]
    [InlineData("missing: median, scale: { median: 4, iqr: 2 }", 0f)]
    public void A_missing_value_becomes_what_the_manifest_says_training_imputed(string rule, float expected) =>
        Assert.Equal([expected, expected], Rows($"features: [{{ name: a, {rule} }}, b, c]", ("a", DataType.Float64, [null, double.NaN])).Select(r => r[0]));

    [Fact]
    public void An_optional_column_may_be_absent()
    {
        using ModelSession session = Load("sum", "features: [{ name: a, optional: true, missing: 5, scale: { mean: 1, std: 2 } }, { name: b, optional: true, categories: [x, y], missing: y }, c]");
        RecordBatch batch = Batches.Of(("c", DataType.Float64, [1.0, 2.0]));

        Assert.Empty(Faults(session.Prepare(batch.Schema), batch));
        Assert.Equal([[2, 1, 1], [2, 1, 2]], InputTensor.Of(session, batch));
        Assert.Equal("c: Float64", session.Signature.ColumnsFor(batch.Schema).ToString());
    }

    [Theory]
    [InlineData("features: [{ name: a, categories: [x, y], encode: one_hot }, b, c]", "takes 3 features, and the manifest has 3, which make 4 columns, for it")]
    [InlineData("features: [{ name: a, optional: true }, b, c]", "the feature 'a' is optional, but nothing says what a missing value becomes")]
    public void What_does_not_fit_the_model_is_refused(string manifest, string message) => Assert.Contains(message, Refusal("sum", manifest).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("features: [{ name: a, clip: { max: 1.5 } }]", "the feature 'a' is clipped to bounds that its input 'a', which is int32, cannot hold")]
    [InlineData("features: [{ name: a, type: int64, categories: { 1: 0.5 } }]", "the code 0.5 of the feature 'a' is no int32")]
    [InlineData("features: [{ name: a, categories: [x], unseen: 0.5 }]", "the code 0.5 of unseen values of the feature 'a' is no int32")]
    public void Numbers_that_a_tensor_cannot_hold_are_refused(string manifest, string message) => Assert.Contains(message, Refusal("columns", manifest).Message, StringComparison.Ordinal);

    private static float[][] Rows(string manifest, params (string Name, DataType Type, object?[] Values)[] columns)
    {
        using ModelSession session = Load("sum", manifest);
        object?[] zeros = new object?[columns[0].Values.Length];
        Array.Fill(zeros, 0.0);
        string[] given = [.. columns.Select(c => c.Name)];
        RecordBatch batch = Batches.Of([.. columns, .. session.Signature.Features.Where(f => !given.Contains(f.Name)).Select(f => (f.Name, DataType.Float64, zeros))]);
        Assert.Empty(Faults(session.Prepare(batch.Schema), batch));
        return InputTensor.Of(session, batch);
    }
}
