using BatchFunctions.Cli.Demo;

namespace BatchFunctions.Cli.Tests;

/// <summary>Customers, the sample model and a pipeline in the folder of a test.</summary>
internal static class Customers
{
    /// <summary>The name under which <see cref="PrepareAsync"/> writes the pipeline.</summary>
    public const string Pipeline = "nightly.yaml";

    /// <summary>Makes customers, registers the sample model as churn@1.0.0 and writes a pipeline.</summary>
    /// <param name="batchfn">The test's command line.</param>
    /// <param name="rows">The number of customers.</param>
    /// <param name="more">More of the pipeline, in YAML.</param>
    public static async Task PrepareAsync(Batchfn batchfn, int rows, string more = "")
    {
        await CustomerGenerator.GenerateAsync(batchfn.PathOf("customers"), rows, 5, TestContext.Current.CancellationToken);
        (await batchfn.RunAsync("models", "register", "churn@1.0.0", Path.Combine(AppContext.BaseDirectory, "samples", "churn", "model.onnx"))).Expect(0);
        WritePipeline(batchfn, more);
    }

    public static void WritePipeline(Batchfn batchfn, string more) => batchfn.Write(
        Pipeline,
        $$"""
        name: nightly
        source: { path: customers/*.csv, id: user_id }
        model: churn@1.0.0
        validation:
          columns:
            age: { min: 0, max: 130 }
        output: { path: scored }
        shards: { target_rows: 500, max_parallel: 2 }
        {{more}}
        """);
}
