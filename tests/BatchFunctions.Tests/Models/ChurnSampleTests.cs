using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Models;

/// <summary>The sample that ships.</summary>
public sealed class ChurnSampleTests
{
    private static string Folder => Path.Combine(RepositoryPaths.Root, "samples", "churn");

    [Fact]
    public void The_model_gives_the_scores_of_its_manifests_examples()
    {
        using ModelSession session = Load();
        IReadOnlyList<ModelExample> examples = session.Manifest.Examples;
        RecordBatch batch = Batches.Of([.. session.Signature.Features.Select(f => (f.Name, f.Type, examples.Select(e => Value(f.Type, e.Inputs[f.Name])).ToArray()))]);

        float[] scores = TinyModels.Values<float>(TinyModels.Score(session, batch).Score);

        Assert.True(examples.Count >= 5);
        for (int i = 0; i < scores.Length; i++)
            Assert.Equal(examples[i].Score, scores[i], 1e-6);
    }

    [Fact]
    public void The_baseline_covers_every_feature_and_the_score()
    {
        using ModelSession session = Load();
        ModelBaseline baseline = session.Manifest.Baseline!;

        Assert.Equal(ModelTask.Binary, session.Signature.Task);
        Assert.Equal(session.Signature.Features.Select(f => f.Name), baseline.Features.Keys);
        Assert.All(baseline.Features.Values.Append(baseline.Score!), h => Assert.Equal(baseline.Records!.Value, h.Counts.Sum() + h.Missing));
    }

    [Fact]
    public void The_pipeline_fits_the_model()
    {
        using ModelSession session = Load();
        PipelineDefinition pipeline = PipelineLoader.Load(File.ReadAllText(Path.Combine(Folder, "pipeline.yaml")), "pipeline.yaml", _ => null);

        Assert.Equal($"{session.Manifest.Name}@{session.Manifest.Version}", pipeline.Model);
        Assert.All(pipeline.Validation.Columns.Keys, c => Assert.Contains(session.Signature.Features, f => f.Name == c));
        Assert.Equal(session.Signature.Features.Single(f => f.Name == "region").Categories!.Order(), pipeline.Validation.Columns["region"].Allowed!.Order());
        Dictionary<string, MissingAction> missing = pipeline.Validation.Columns.Where(c => c.Value.Missing is not null).ToDictionary(c => c.Key, c => c.Value.Missing!.Value);
        session.Prepare(new Schema(session.Signature.Features.Select(f => new Field(f.Name, f.Type))), missing);
    }

    private static ModelSession Load() =>
        ModelSession.Load(File.ReadAllBytes(Path.Combine(Folder, "model.onnx")), ModelManifest.Parse(File.ReadAllText(Path.Combine(Folder, "manifest.yaml"))));

    private static object? Value(DataType type, string? text) => type switch
    {
        _ when text is null => null,
        DataType.String => text,
        DataType.Bool => bool.Parse(text),
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
