using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Models;

/// <summary>The models that data/make_models.py wrote, and short ways to score with them.</summary>
internal static class TinyModels
{
    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(RepositoryPaths.Root, "tests", "BatchFunctions.Tests", "Models", "data", name + ".onnx"));

    public static ModelSession Load(string name, string manifest = "") => ModelSession.Load(Bytes(name), ModelManifest.Parse(manifest));

    /// <summary>Scores a batch that has no faults.</summary>
    public static ModelScores Score(ModelSession session, RecordBatch batch, int batchSize = 4096, IReadOnlyDictionary<string, MissingAction>? missing = null)
    {
        FeaturePreparation preparation = session.Prepare(batch.Schema, missing);
        Assert.Empty(Faults(preparation, batch));
        using ModelRunner runner = session.CreateRunner(preparation, batchSize);
        ModelScores scores = new(session.Signature);
        runner.Score(batch, scores);
        return scores;
    }

    public static List<RecordFault> Faults(FeaturePreparation preparation, RecordBatch batch)
    {
        List<RecordFault> faults = [];
        preparation.Check(batch, faults);
        return faults;
    }

    public static BatchFunctionsException Refusal(string name, string manifest = "") =>
        Assert.Throws<BatchFunctionsException>(() => Load(name, manifest).Dispose());

    public static T[] Values<T>(Column? column)
        where T : unmanaged => Assert.IsType<Column<T>>(column).Values.ToArray();

    public static string?[] Texts(Column? column)
    {
        Utf8Column texts = Assert.IsType<Utf8Column>(column);
        return [.. Enumerable.Range(0, texts.Length).Select(texts.GetString)];
    }
}
