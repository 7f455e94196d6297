using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using static BatchFunctions.Tests.Models.TinyModels;

namespace BatchFunctions.Tests.Models;

/// <summary>What cannot be used is refused with a message that says what to write instead.</summary>
public sealed class ModelRefusalTests
{
    [Theory]
    [InlineData("sum", "", "nothing says which columns its input 'x' (float [N, 3]) is made of. Write their names in the manifest, in the order of training: features: [age, income, …]")]
    [InlineData("sum", "features: [a, b]", "its input 'x' (float [N, 3]) takes 3 features, and the manifest has 2 for it")]
    [InlineData("sum", "features: [a, b, { name: c, input: y }]", "names the input 'y' (did you mean 'x'?), which the model does not have")]
    [InlineData("sum", "features: [a, b, { name: c, type: string }]", "the feature 'c' is string, but its input 'x' is float32. Write the categories that it was encoded with")]
    [InlineData("sum", "features: [a, b, { name: c, missing: none }]", "the imputed value 'none' of the feature 'c' is no float32")]
    [InlineData("columns", "features: [a, b, c, d, g]", "the manifest's feature 'g' (did you mean 'e'?) is no input of the model; its input 'e' (float [N, 1]) has no feature in the manifest")]
    [InlineData("columns", "features: [a, b, { name: c, missing: nan }, d, e]", "the feature 'c' passes missing values on as NaN, but its input 'c' is int64")]
    [InlineData("columns", "features: [a, b, { name: c, missing: 1.5 }, d, e]", "the imputed value '1.5' of the feature 'c' is no int64")]
    [InlineData("softmax", "features: [u, v]\nclasses: [a, b]", "has 3 columns, but there are 2 classes (a, b)")]
    [InlineData("softmax", "features: [u, v]\ntask: binary", "the manifest's task is binary, but the output 'probabilities'")]
    [InlineData("softmax", "features: [u, v]\ntask: regression", "Write task: vector")]
    [InlineData("softmax", "features: [u, v]\noutputs: { score: probability }", "the manifest's outputs.score is 'probability' (did you mean 'probabilities'?), which is no output of the model. Its outputs are: 'label'")]
    [InlineData("softmax", "features: [u, v]\noutputs: { score: label }", "which is no float or double tensor")]
    [InlineData("sum", "features: [a, b, c]\ntask: multiclass", "Export the model with the probabilities of all classes")]
    [InlineData("classifier", "features: [u, v]\noutputs: { positive: 2 }", "outputs.positive is '2', which is no class of the model (0, 1)")]
    [InlineData("external", "features: [u, v]", "keeps its weights in other files")]
    [InlineData("half", "", "its input 'x' (float16 [N, 1]) is of a type that no column has")]
    [InlineData("whole", "", "its output 'score' always has 1 rows. Export it with one row per record")]
    [InlineData("label_only", "features: [u, v]", "none of its outputs is a score")]
    public void A_model_and_a_manifest_that_contradict_each_other(string model, string manifest, string message)
    {
        BatchFunctionsException refusal = Refusal(model, manifest);

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public void Bytes_that_are_no_model(int length)
    {
        byte[] bytes = [.. Bytes("sum").Take(length)];

        BatchFunctionsException refusal = Assert.Throws<BatchFunctionsException>(() => ModelSession.Load(bytes, ModelManifest.Empty).Dispose());

        Assert.Equal(ErrorKind.Request, refusal.Kind);
    }

    [Fact]
    public void A_model_cut_or_changed_anywhere_never_fails_in_another_way()
    {
        byte[] whole = Bytes("zipmap");
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 0x55;
            LoadOrRefuse(changed);
            LoadOrRefuse(whole[..i]);
        }

        static void LoadOrRefuse(byte[] bytes)
        {
            try
            {
                ModelSession.Load(bytes, ModelManifest.Parse("features: [u, v]")).Dispose();
            }
            catch (BatchFunctionsException)
            {
            }
        }
    }

    [Theory]
    [InlineData(ScoringDevice.Cuda)]
    [InlineData(ScoringDevice.Tensorrt)]
    public void A_device_that_this_build_does_not_have(ScoringDevice device)
    {
        BatchFunctionsException refusal = Assert.Throws<BatchFunctionsException>(() => ModelSession.Load(Bytes("logarithm"), ModelManifest.Empty, new() { Device = device }).Dispose());

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.Contains("device: cpu", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_runs_out_is_told_from_other_failures()
    {
        using ModelSession session = Load("greedy");
        RecordBatch batch = Batches.Of(("x", DataType.Float32, [1f]));
        using ModelRunner runner = session.CreateRunner(session.Prepare(batch.Schema), 16);

        BatchFunctionsException failure = Assert.Throws<BatchFunctionsException>(() => runner.Score(batch, new ModelScores(session.Signature)));

        Assert.Equal(ErrorKind.Memory, failure.Kind);
    }

    [Fact]
    public void An_input_that_lacks_columns_or_has_them_in_impossible_types_is_refused_with_all_of_them()
    {
        using ModelSession session = Load("columns");
        Schema available = new([new("A", DataType.Int64), new("b", DataType.Bool), new("c", DataType.Date), new("d", DataType.Float64)]);

        BatchFunctionsException refusal = Assert.Throws<BatchFunctionsException>(() => session.Signature.ColumnsFor(available));

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.Contains("there is no column 'a' (the nearest is 'A'); column 'c' is date and the model takes int64; there is no column 'e'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_asked_for_in_the_files_own_numeric_types_and_text_in_the_features()
    {
        using ModelSession session = Load("columns");
        Schema available = new([new("e", DataType.String), new("a", DataType.String), new("b", DataType.String), new("c", DataType.Float64), new("d", DataType.Decimal), new("z", DataType.Date)]);

        Assert.Equal("a: Int32, b: Bool, c: Float64, d: Float64, e: Float64", session.Signature.ColumnsFor(available).ToString());
    }
}
