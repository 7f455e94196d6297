using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Models.Examples;
using BatchFunctions.Models.Training;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Models.Training;

public sealed class TrainingFileTests
{
    private const string Whole = """
        {
          "features": ["age", "income", "region", "plan", "size"],
          "dtypes": { "age": "int64", "income": "float32", "region": "object" },
          "encoders": { "region": ["east", "west"], "plan": { "basic": 0.5, "plus": 2 } },
          "one_hot": { "size": ["s", "m", "l"] },
          "unseen": { "region": -1, "plan": "basic", "size": "zeros" },
          "impute": { "age": { "median": 39 }, "income": 51234.5, "region": "east" },
          "scalers": { "age": { "mean": 40, "std": 12.5 }, "income": { "min": 10, "max": 20 } },
          "clip": { "income": { "min": 0 } },
          "id": "customer", "label": "Churn", "positive_label": "Yes", "threshold": 0.4,
          "examples": [{ "inputs": { "age": 40, "income": null, "region": "west" }, "score": 0.25 }],
          "seed": 7, "sklearn": "1.5"
        }
        """;

    [Fact]
    public void Every_key_is_read_and_others_are_told()
    {
        (ModelManifest manifest, IReadOnlyList<string> unused) = Read(Whole);

        Assert.Equal(["seed", "sklearn"], unused);
        Assert.Equal(["age", "income", "region", "plan", "size"], manifest.Features.Select(f => f.Name));
        Assert.Equal([DataType.Int64, DataType.Float32, DataType.String, null, null], manifest.Features.Select(f => f.Type));
        Assert.Equal([new MissingRule(MissingPolicy.Impute, "39", Statistic.Median), MissingRule.Impute("51234.5"), MissingRule.Impute("east"), null, null], manifest.Features.Select(f => f.Missing));
        Assert.Equal([UnseenRule.Reject, UnseenRule.Reject, UnseenRule.AsCode(-1), UnseenRule.As("basic"), UnseenRule.Zeros], manifest.Features.Select(f => f.Unseen));
        Assert.Equal(["basic", "plus"], manifest.Features[3].Categories);
        Assert.Equal([0.5, 2], manifest.Features[3].Codes!);
        Assert.Equal(FeatureEncoding.OneHot, manifest.Features[4].Encode);
        Assert.Equal([new FeatureScale(40, 12.5), new FeatureScale(10, 10), null, null, null], manifest.Features.Select(f => f.Scale));
        Assert.Equal(new FeatureClip(0, null), manifest.Features[1].Clip);
        Assert.Equal((ModelTask.Binary, "Churn", "Yes", 0.4), (manifest.Task, manifest.Label, manifest.PositiveLabel, manifest.Threshold));
        Assert.Equal(new Dictionary<string, string?> { ["age"] = "40", ["income"] = null, ["region"] = "west" }, Assert.Single(manifest.Examples).Inputs);
        Assert.Equal(ManifestText.Of(manifest), ManifestText.Of(ModelManifest.Parse(ManifestText.Of(manifest))));
    }

    [Theory]
    [InlineData("{", "notes.json is no JSON")]
    [InlineData("[]", "notes.json must be a mapping.")]
    [InlineData("{}", "notes.json has no 'features'.")]
    [InlineData("""{ "features": "a" }""", "notes.json: features must be a list.")]
    [InlineData("""{ "features": ["tenure"], "encoders": { "tenur": [] } }""", "notes.json: encoders has 'tenur', which is none of the features (did you mean 'tenure'?).")]
    [InlineData("""{ "features": ["a"], "dtypes": { "a": "datetime64" } }""", "notes.json: dtypes.a is 'datetime64', which is no type that a column has.")]
    [InlineData("""{ "features": ["a"], "scalers": { "a": { "mean": 1 } } }""", "notes.json: scalers.a needs mean and std, min and max, or median and iqr")]
    [InlineData("""{ "features": ["a"], "scalers": { "a": { "mean": 1, "std": 0 } } }""", "no spread of 0")]
    [InlineData("""{ "features": ["a"], "impute": { "a": {} } }""", "notes.json: impute.a is the imputed value, or")]
    [InlineData("""{ "features": ["a"], "encoders": { "a": ["x"] }, "one_hot": { "a": ["x"] } }""", "notes.json: one_hot.a is encoded already")]
    public void What_is_wrong_is_told_with_its_key(string json, string message) =>
        Assert.Contains(message, Assert.Throws<BatchFunctionsException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_the_Telco_training_wrote_down_makes_the_trees_score_as_scikit_learn_does()
    {
        Telco.SkipUnlessPresent();
        ModelManifest manifest = WithExamples(20);
        using ModelSession session = ModelSession.Load(Telco.Model("trees"), ModelManifest.Parse(ManifestText.Of(manifest)));

        Assert.All(ExampleCheck.Run(session), outcome => Assert.True(outcome.Agrees));
        Assert.Contains("2254.658203125", ManifestText.Of(manifest), StringComparison.Ordinal);
    }

    // The file with the first customers, and the customers that lack a number, as examples.
    private static ModelManifest WithExamples(int count)
    {
        string[][] customers = [.. File.ReadLines(Telco.CustomersFile).Where(l => l.Length > 0).Select(l => l.Split(','))];
        IReadOnlyList<(string Id, double Score)> expected = Telco.Expected("trees");
        int total = Array.IndexOf(customers[0], "TotalCharges");
        (ModelManifest manifest, _) = TrainingFile.Read(File.ReadAllBytes(Path.Combine(Telco.Folder, "training.json")), "training.json");
        return manifest with
        {
            Examples =
            [
                .. Enumerable.Range(0, expected.Count)
                    .Where(i => i < count || string.IsNullOrWhiteSpace(customers[i + 1][total]))
                    .Select(i => new ModelExample(manifest.Features.ToDictionary(f => f.Name, f => (string?)customers[i + 1][Array.IndexOf(customers[0], f.Name)]), expected[i].Score)),
            ],
        };
    }

    private static (ModelManifest Manifest, IReadOnlyList<string> Unused) Read(string json) => TrainingFile.Read(Encoding.UTF8.GetBytes(json), "notes.json");
}
