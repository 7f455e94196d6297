using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using static BatchFunctions.Tests.Models.TinyModels;

namespace BatchFunctions.Tests.Models;

/// <summary>Which records a model cannot take, and what it sees of the others.</summary>
public sealed class FeaturePreparationTests
{
    private const string Encoded = """
        features:
          - { name: region, categories: [north, south, "", "a region with a long name", "a region with a lone name"], missing: south }
          - { name: code, type: int64, categories: [10, 20, 30], unseen: -1 }
          - { name: plan, categories: [basic, plus] }
        """;

    [Fact]
    public void A_missing_value_is_a_fault_unless_the_manifest_says_otherwise()
    {
        using ModelSession session = Load("sum", "features: [a, { name: b, missing: 5 }, { name: c, missing: nan }]");
        RecordBatch batch = Batches.Of(("a", DataType.Float64, [1.0, null, double.NaN]), ("b", DataType.Float32, [null, float.NaN, 1f]), ("c", DataType.Int64, [1L, null, 3L]));

        List<RecordFault> faults = Faults(session.Prepare(batch.Schema), batch);

        Assert.Equal([("a", 1, FaultCodes.Missing), ("a", 2, FaultCodes.Missing)], faults.Select(f => (f.Column!, f.Row, f.Code)));
    }

    [Fact]
    public void A_missing_value_is_imputed_or_passed_on_as_NaN()
    {
        using ModelSession session = Load("sum", "features: [a, { name: b, missing: 5 }, { name: c, missing: nan }]");

        float[] scores = Values<float>(Score(session, Batches.Of(
            ("a", DataType.Float64, [1.0, 2.0, 3.0]), ("b", DataType.Float32, [null, float.NaN, 1f]), ("c", DataType.Int64, [1L, 1L, null]))).Score);

        Assert.Equal([7f, 8f, float.NaN], scores);
    }

    [Fact]
    public void A_value_is_scaled_in_double_precision_after_it_was_imputed_and_encoded()
    {
        using ModelSession session = Load(
            "sum",
            "features: [{ name: a, scale: { mean: 16777216, std: 0.5 } }, { name: b, missing: 5, scale: { mean: 3, std: 4 } }, { name: c, categories: [x, y, z], scale: { mean: 1 } }]");
        RecordBatch batch = Batches.Of(
            ("a", DataType.Int64, [16777217L, 16777216L]), ("b", DataType.Float64, [null, 7.0]), ("c", DataType.String, ["z", "x"]));

        float[] scores = Values<float>(Score(session, batch).Score);

        Assert.Equal([2f + 0.5f + 1f, 0f + 1f - 1f], scores);
    }

    [Theory]
    [InlineData("sum", "features: [{ name: a, scale: { std: 0 } }, b, c]", "features[0].scale.std is 0")]
    [InlineData("sum", "features: [{ name: a, scale: { mena: 1 } }, b, c]", "did you mean 'mean'")]
    [InlineData("columns", "features: [{ name: b, scale: { mean: 1 } }]", "the feature 'b' is scaled, but its input 'b' is bool")]
    public void A_scale_that_makes_no_sense_is_refused(string model, string manifest, string message) =>
        Assert.Contains(message, Refusal(model, manifest).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(MissingAction.Reject, "missing: 5", 1, null)]
    [InlineData(MissingAction.Impute, "missing: 5", 0, 6f)]
    [InlineData(MissingAction.Impute, "missing: nan", 0, float.NaN)]
    [InlineData(MissingAction.Allow, "missing: 5", 0, float.NaN)]
    public void The_pipeline_has_the_last_word_on_missing_values(MissingAction action, string manifest, int faults, float? score)
    {
        using ModelSession session = Load("sum", $"features: [a, {{ name: b, {manifest} }}, c]");
        RecordBatch batch = Batches.Of(("a", DataType.Float64, [1.0]), ("b", DataType.Float64, [null]), ("c", DataType.Float64, [0.0]));
        Dictionary<string, MissingAction> missing = new() { ["b"] = action, ["not a feature"] = MissingAction.Allow };

        Assert.Equal(faults, Faults(session.Prepare(batch.Schema, missing), batch).Count);
        if (score is { } expected)
            Assert.Equal([expected], Values<float>(Score(session, batch, missing: missing).Score));
    }

    [Theory]
    [InlineData("sum", "features: [a, b, c]", MissingAction.Impute, "the pipeline imputes missing values of 'b', but the model's manifest has no value for it")]
    [InlineData("columns", "", MissingAction.Allow, "the pipeline allows missing values of 'b', but the model's bool input cannot hold them")]
    public void What_the_pipeline_asks_for_and_the_model_cannot_do_is_refused(string model, string manifest, MissingAction action, string message)
    {
        using ModelSession session = Load(model, manifest);
        Schema columns = new(session.Signature.Features.Select(f => new Field(f.Name, f.Type)));

        BatchFunctionsException refusal = Assert.Throws<BatchFunctionsException>(() => session.Prepare(columns, new Dictionary<string, MissingAction> { ["b"] = action }));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_text_is_empty_where_the_pipeline_allows_it()
    {
        using ModelSession session = Load("blocks", "features: [{ name: p, input: numbers }, { name: q, input: numbers }, { name: s, input: text }, { name: t, input: text, missing: high }]");
        RecordBatch batch = Batches.Of(("p", DataType.Float64, [1.0]), ("q", DataType.Float64, [0.0]), ("s", DataType.String, [null]), ("t", DataType.String, [null]));

        Assert.Equal("s", Assert.Single(Faults(session.Prepare(batch.Schema), batch)).Column);
        Assert.Equal([2001f], Values<float>(Score(session, batch, missing: new Dictionary<string, MissingAction> { ["s"] = MissingAction.Allow }).Score));
        Assert.Equal([1f], Values<float>(Score(session, batch, missing: new Dictionary<string, MissingAction> { ["s"] = MissingAction.Allow, ["t"] = MissingAction.Allow }).Score));
    }

    [Fact]
    public void Categories_are_encoded_as_their_position()
    {
        using ModelSession session = Load("sum", Encoded);

        float[] scores = Values<float>(Score(session, Batches.Of(
            ("region", DataType.String, ["north", "south", "", "a region with a long name", "a region with a lone name", null]),
            ("code", DataType.Int32, [10, 20, 30, 40, 10, 10]),
            ("plan", DataType.String, ["basic", "basic", "basic", "basic", "basic", "plus"]))).Score);

        Assert.Equal([0f, 2f, 4f, 2f, 4f, 2f], scores);
    }

    [Fact]
    public void A_value_that_is_no_category_is_a_fault_where_it_has_no_code()
    {
        using ModelSession session = Load("sum", Encoded);
        RecordBatch batch = Batches.Of(
            ("region", DataType.String, ["North", "south", null, "a region with a lost name"]), ("code", DataType.Int64, [99L, 10L, 10L, 10L]), ("plan", DataType.String, ["basic", "pro", null, "plus"]));

        List<RecordFault> faults = Faults(session.Prepare(batch.Schema), batch);

        Assert.Equal(
            [("region", 0, FaultCodes.NotAllowed), ("region", 3, FaultCodes.NotAllowed), ("plan", 2, FaultCodes.Missing), ("plan", 1, FaultCodes.NotAllowed)],
            faults.Select(f => (f.Column!, f.Row, f.Code)));
        Assert.Equal("'pro' is none of the categories that the model knows (basic, plus)", faults[^1].Reason);
    }

    [Fact]
    public void Numbers_that_do_not_fit_the_models_inputs_are_faults()
    {
        using ModelSession session = Load("columns");
        RecordBatch batch = Batches.Of(
            ("a", DataType.Int64, [1L, 1L << 40, 1L, 1L, 1L]),
            ("b", DataType.Int64, [1L, 0L, 2L, 0L, 0L]),
            ("c", DataType.Float64, [1.0, 1.0, 1.0, 1.5, 1e19]),
            ("d", DataType.Float64, [1e300, double.PositiveInfinity, 1.0, 1.0, 1.0]),
            ("e", DataType.Float64, [1e300, 1.0, 1.0, 1.0, double.NegativeInfinity]));

        Assert.Equal(
            [
                ("a", 1, FaultCodes.OutOfRange), ("b", 2, FaultCodes.OutOfRange), ("c", 3, FaultCodes.WrongType), ("c", 4, FaultCodes.OutOfRange),
                ("d", 1, FaultCodes.OutOfRange), ("e", 0, FaultCodes.OutOfRange), ("e", 4, FaultCodes.OutOfRange),
            ],
            Faults(session.Prepare(batch.Schema), batch).Select(f => (f.Column!, f.Row, f.Code)));
    }

    [Fact]
    public void Faults_name_the_row_as_it_is_now()
    {
        using ModelSession session = Load("logarithm");
        RecordBatch batch = Batches.Of(("x", DataType.Float64, [1.0, 2.0, double.NaN, 4.0]));
        batch.Compact([1, 2, 3]);

        Assert.Equal(1, Assert.Single(Faults(session.Prepare(batch.Schema), batch)).Row);
    }

    [Fact]
    public void Batches_that_lack_a_column_or_have_text_for_a_number_are_refused()
    {
        using ModelSession session = Load("sum", "features: [alpha, beta, gamma]");

        BatchFunctionsException refusal = Assert.Throws<BatchFunctionsException>(() => session.Prepare(new Schema([new("alpha", DataType.String), new("bata", DataType.Float64), new("gamma", DataType.Int32)])));

        Assert.Contains("column 'alpha' is string and the model takes float64; there is no column 'beta' (the nearest is 'bata')", refusal.Message, StringComparison.Ordinal);
    }
}
