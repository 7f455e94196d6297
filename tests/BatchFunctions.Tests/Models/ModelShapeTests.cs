using BatchFunctions.Data;
using BatchFunctions.Models;
using static BatchFunctions.Tests.Models.TinyModels;

namespace BatchFunctions.Tests.Models;

/// <summary>Every shape that models come in.</summary>
public sealed class ModelShapeTests
{
    private static readonly RecordBatch Pairs = Batches.Of(("u", DataType.Float64, [2.0, 0.0, -3.0]), ("v", DataType.Float64, [1.0, 4.0, -2.0]));

    [Fact]
    public void One_number_per_record_is_a_regression()
    {
        using ModelSession session = Load("sum", "features: [a, b, c]");

        ModelScores scores = Score(session, Batches.Of(("c", DataType.Float32, [1f, 2f]), ("a", DataType.Int64, [10L, 20L]), ("b", DataType.Bool, [true, false])));

        Assert.Equal(ModelTask.Regression, session.Signature.Task);
        Assert.Equal(["score: Float32"], Names(session));
        Assert.Equal([12f, 22f], Values<float>(scores.Score));
        Assert.Null(scores.Label);
        Assert.Empty(scores.Values);
    }

    [Fact]
    public void Several_classes_give_the_largest_probability_the_models_own_label_and_every_probability()
    {
        using ModelSession session = Load("softmax", "features: [u, v]\nclasses: [red, green, blue]");

        ModelScores scores = Score(session, Pairs);

        Assert.Equal(ModelTask.Multiclass, session.Signature.Task);
        Assert.Equal(["score: Float32", "label: String", "probability_red: Float32", "probability_green: Float32", "probability_blue: Float32"], Names(session));
        // This model's own label is the class after the most probable one.
        Assert.Equal(["green", "blue", "red"], Texts(scores.Label));
        double[] z = [Math.Exp(2), Math.Exp(1), Math.Exp(-3)];
        Assert.Equal(z[0] / z.Sum(), Values<float>(scores.Score)[0], 1e-6);
        Assert.Equal(z[1] / z.Sum(), Values<float>(scores.Values[1])[0], 1e-6);
        Assert.Equal(z[2] / z.Sum(), Values<float>(scores.Values[2])[0], 1e-6);
        for (int row = 0; row < 3; row++)
            Assert.Equal(Values<float>(scores.Score)[row], scores.Values.Max(v => Values<float>(v)[row]));
    }

    [Fact]
    public void Several_numbers_without_classes_are_a_vector()
    {
        using ModelSession session = Load("vector", "features: [u, v]");

        ModelScores scores = Score(session, Pairs);

        Assert.Equal(ModelTask.Vector, session.Signature.Task);
        Assert.Equal(["score_0: Float64", "score_1: Float64", "score_2: Float64", "score_3: Float64"], Names(session));
        Assert.Null(scores.Score);
        Assert.Equal([4.0, 8.0, -7.0], Values<double>(scores.Values[0]));
        Assert.Equal([400.0, 800.0, -700.0], Values<double>(scores.Values[2]));
    }

    [Fact]
    public void One_input_per_column_of_every_numeric_type()
    {
        using ModelSession session = Load("columns");

        ModelScores scores = Score(session, Batches.Of(
            ("a", DataType.Int64, [1L, -2L]), ("b", DataType.Int32, [1, 0]), ("c", DataType.Float64, [3.0, 4.0]), ("d", DataType.Float32, [0.5f, 0.25f]), ("e", DataType.Bool, [true, false])));

        Assert.Equal([DataType.Int32, DataType.Bool, DataType.Int64, DataType.Float64, DataType.Float64], session.Signature.Features.Select(f => f.Type));
        Assert.Equal([1 + 10 + 300 + 500 + 10000.0, -2 + 400 + 250.0], Values<double>(scores.Score));
    }

    [Fact]
    public void A_ZipMap_with_text_keys_names_the_classes()
    {
        using ModelSession session = Load("zipmap", "features: [u, v]");

        ModelScores scores = Score(session, Pairs);

        Assert.Equal(ModelTask.Multiclass, session.Signature.Task);
        Assert.Equal(["cat", "dog", "owl"], session.Signature.Classes);
        Assert.Equal(["cat", "dog", "owl"], Texts(scores.Label));
        Assert.All(Enumerable.Range(0, 3), row => Assert.Equal(1.0, scores.Values.Sum(v => (double)Values<float>(v)[row]), 1e-6));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("outputs: { positive: 0 }", 0)]
    [InlineData("positive_label: '0'", 0)]
    public void Two_classes_give_the_probability_of_the_positive_one(string manifest, int positive)
    {
        using ModelSession session = Load("classifier", "features: [u, v]\n" + manifest);

        float[] scores = Values<float>(Score(session, Pairs).Score);

        Assert.Equal(ModelTask.Binary, session.Signature.Task);
        Assert.Null(session.Signature.LabelType);
        // The classifier's raw scores for class 1 are u + v and for class 0 the opposite, each through the logistic function.
        double[] expected = [.. new[] { 3.0, 4.0, -5.0 }.Select(z => 1 / (1 + Math.Exp(positive == 1 ? -z : z)))];
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], scores[i], 1e-6);
    }

    [Fact]
    public void A_binary_models_own_class_is_read_where_the_manifest_names_it()
    {
        using ModelSession session = Load("classifier", "features: [u, v]\noutputs: { class: label }");

        Assert.Equal([1L, 1L, 0L], Values<long>(Score(session, Pairs).Label));
    }

    [Fact]
    public void Blocks_of_numbers_and_of_text_are_filled_as_the_manifest_says()
    {
        using ModelSession session = Load("blocks", """
            features:
              - { name: s, input: text, missing: high }
              - { name: p, input: numbers }
              - { name: t, input: text }
              - { name: q, input: numbers, missing: 7 }
            """);

        ModelScores scores = Score(session, Batches.Of(
            ("p", DataType.Int64, [1L, 2L]), ("q", DataType.Float64, [3.0, null]), ("s", DataType.String, ["low", null]), ("t", DataType.String, ["high", "other"])));

        Assert.Equal([1 + 30 + 100 + 2000f, 2 + 70 + 200f], Values<float>(scores.Score));
    }

    [Fact]
    public void A_model_that_insists_on_a_number_of_rows_gets_it()
    {
        using ModelSession session = Load("fixed", "features: [u, v]");

        ModelScores scores = Score(session, Batches.Of(("u", DataType.Float32, [1f, 2f, 3f, 4f, 5f, 6f]), ("v", DataType.Float32, [1f, 1f, 1f, 1f, 1f, 1f])));

        Assert.Equal(4, session.Signature.FixedRows);
        Assert.Equal([11f, 12f, 13f, 14f, 15f, 16f], Values<float>(scores.Score));
    }

    [Fact]
    public void Records_without_a_finite_score_are_found()
    {
        using ModelSession session = Load("logarithm");

        ModelScores scores = Score(session, Batches.Of(("x", DataType.Float64, [1.0, -1.0, 2.0, 0.0])));

        List<int> rows = [];
        scores.FindUnscored(rows);
        Assert.Equal([1, 3], rows);
    }

    private static IEnumerable<string> Names(ModelSession session) => session.Signature.ScoreColumns.Select(c => $"{c.Name}: {c.Type}");
}
