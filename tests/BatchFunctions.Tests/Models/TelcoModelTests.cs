using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Models;

public sealed class TelcoModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4096)]
    public void Trees_give_the_probabilities_of_scikit_learn(int batchSize)
    {
        Telco.SkipUnlessPresent();
        using ModelSession session = ModelSession.Load(Telco.Model("trees"), ModelManifest.Parse(Telco.TreesManifest()));
        AssertScores(session, [], "trees", batchSize);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(4096)]
    public void The_linear_pipeline_gives_the_probabilities_of_scikit_learn_without_a_manifest(int batchSize)
    {
        Telco.SkipUnlessPresent();
        using ModelSession session = ModelSession.Load(Telco.Model("linear"), ModelManifest.Empty);
        AssertScores(session, [], "linear", batchSize);
    }

    [Fact]
    public void What_the_linear_pipeline_says_of_itself_is_read()
    {
        Telco.SkipUnlessPresent();
        using ModelSession session = ModelSession.Load(Telco.Model("linear"), ModelManifest.Empty);

        ModelSignature signature = session.Signature;
        Assert.Equal(ModelTask.Binary, signature.Task);
        Assert.Equal(["0", "1"], signature.Classes);
        Assert.Equal(1, signature.ScoreIndex);
        Assert.Equal("probabilities", signature.Score.Name);
        Assert.Equal(Telco.Features(), signature.Features.Select(f => f.Name));
        Assert.Equal(DataType.Int64, signature.Features.Single(f => f.Name == "tenure").Type);
        Assert.Equal(DataType.String, signature.Features.Single(f => f.Name == "Contract").Type);
        Assert.Equal(MissingPolicy.Nan, signature.Features.Single(f => f.Name == "TotalCharges").Missing.Policy);
        Assert.Equal(MissingPolicy.Reject, signature.Features.Single(f => f.Name == "tenure").Missing.Policy);
    }

    private static void AssertScores(ModelSession session, Dictionary<string, MissingAction> missing, string name, int batchSize)
    {
        RecordBatch batch = TelcoBatches.Customers(session.Signature.ColumnsFor(TelcoBatches.AsText()));
        FeaturePreparation preparation = session.Prepare(batch.Schema, missing);
        List<RecordFault> faults = [];
        preparation.Check(batch, faults);
        Assert.Empty(faults);
        using ModelRunner runner = session.CreateRunner(preparation, batchSize);
        ModelScores scores = new(session.Signature);

        runner.Score(batch, scores);

        double[] expected = [.. Telco.Expected(name).Select(e => e.Score)];
        Assert.Equal(7043, expected.Length);
        Span<float> actual = Assert.IsType<Column<float>>(scores.Score).Values;
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5);
    }
}
