using BatchFunctions.Models;

namespace BatchFunctions.Tests.Models;

public sealed class ManifestTextTests
{
    private const string Whole = """
        name: churn
        version: "1.20"
        description: "Who \"leaves\"? ${NAME} stays."
        task: binary
        features:
          - { name: age, missing: { mean: 40.25 }, clip: { min: 18 }, scale: { mean: 40, std: 12.5 } }
          - { name: income, type: float64, input: numbers, optional: true, missing: nan }
          - { name: region, type: string, missing: "reject", categories: [east, "no", "2", "reject"], encode: one_hot, unseen: zeros }
          - { name: plan, missing: mode, categories: { a: 0.5, b: -1 }, unseen: { category: a }, statistics: { mode: b } }
          - { name: size, categories: [s, m], unseen: 9 }
        outputs: { score: p, class: label, positive: "yes" }
        classes: ["no", "yes"]
        label: churned
        positive_label: "yes"
        threshold: 0.35
        calibration: { platt: { a: -1.5, b: 0.25 } }
        examples:
          - { inputs: { age: "40", income: null, region: "" }, score: 0.25 }

        """;

    [Fact]
    public void What_is_written_is_read_again_as_the_same()
    {
        string once = ManifestText.Of(ModelManifest.Parse(Whole.Replace("${NAME}", "$${NAME}", StringComparison.Ordinal)));

        Assert.Equal(once, ManifestText.Of(ModelManifest.Parse(once)));
        Assert.Contains("""- { name: plan, missing: mode, categories: { a: 0.5, b: -1 }, unseen: { category: a }, statistics: { mode: b } }""", once, StringComparison.Ordinal);
        Assert.Contains("""- { name: age, missing: { mean: 40.25 }, clip: { min: 18 }, scale: { mean: 40, std: 12.5 } }""", once, StringComparison.Ordinal);
        Assert.Contains("""- { name: region, type: string, missing: "reject", categories: [east, "no", "2", "reject"], encode: one_hot, unseen: zeros }""", once, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_a_model_says_of_itself_is_written()
    {
        using ModelSession session = TinyModels.Load("classifier", "features: [u, v]");

        using ModelSession again = TinyModels.Load("classifier", ManifestText.Of(session.Describe()));

        Assert.Equal(session.Signature.ScoreColumns, again.Signature.ScoreColumns);
        Assert.Equal(session.Signature.Classes, again.Signature.Classes);
        Assert.Equal(session.Signature.Features.Select(f => (f.Name, f.Type, f.Input)), again.Signature.Features.Select(f => (f.Name, f.Type, f.Input)));
    }
}
