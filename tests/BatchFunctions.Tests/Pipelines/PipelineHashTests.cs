using System.Text.Json;
using BatchFunctions.Pipelines;
using static BatchFunctions.Tests.Pipelines.PipelineTexts;

namespace BatchFunctions.Tests.Pipelines;

public sealed class PipelineHashTests
{
    [Fact]
    public void Comments_layout_order_and_written_out_defaults_change_nothing()
    {
        const string Same = """
            # the same
            model:   "churn@1.2.0"
            version: 1
            retry: { max_delay: 60m, attempts: 3 }
            output: { include: [] }
            scoring: { batch_size: auto }
            source: { path: 'customers.csv', csv: { separator: "," } }
            name: churn
            """;

        Assert.Equal(Read(Minimal).Sha256, Read(Same).Sha256);
        Assert.Equal("""{"model":"churn@1.2.0","name":"churn","source":{"path":"customers.csv"}}""", Read(Same).CanonicalJson);
    }

    [Theory]
    [InlineData("version: 2")]
    [InlineData("decisions: { threshold: 0.5 }")]
    [InlineData("decisions: { bands: { low: 0.5 } }")]
    [InlineData("output: { include: [a] }")]
    [InlineData("trigger: { arrival: {} }")]
    [InlineData("validation: { columns: { a: {} } }")]
    [InlineData("notify: {}")]
    public void Anything_that_is_said_changes_it(string more) => Assert.NotEqual(Read(Minimal).Sha256, Read(Minimal + more + "\n").Sha256);

    [Fact]
    public void A_definition_built_in_code_has_the_digest_of_its_file()
    {
        PipelineDocument document = Read(EveryKey);

        Assert.Equal(document.Sha256, PipelineHash.Of(document.Definition));
        Assert.Equal(64, document.Sha256.Length);
    }

    [Fact]
    public void The_canonical_form_is_a_pipeline_that_says_the_same()
    {
        PipelineDocument document = Read(EveryKey);

        using JsonDocument json = JsonDocument.Parse(document.CanonicalJson);
        Assert.Equal(document.CanonicalJson, Read(document.CanonicalJson).CanonicalJson);
        Assert.Equal("1h30m", json.RootElement.GetProperty("retry").GetProperty("max_delay").GetString());
    }
}
