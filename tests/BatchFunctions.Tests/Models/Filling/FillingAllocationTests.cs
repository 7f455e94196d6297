using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Tests.Models.Filling;

public sealed class FillingAllocationTests
{
    [Fact]
    public void No_preparation_allocates_once_it_has_run()
    {
        using ModelSession session = TinyModels.Load("sum", """
            features:
              - { name: region, categories: { north: 1.5, south: 2.5 }, unseen: -1, missing: north, scale: { mean: 1, std: 2 } }
              - { name: plan, categories: [basic, plus], encode: one_hot_drop_first, unseen: zeros, missing: zeros }
              - { name: age, missing: { mean: 40 }, clip: { min: 18, max: 90 }, scale: { median: 40, iqr: 10 } }
            """);
        const int rows = 5000;
        RecordBatch batch = Batches.Of(
            ("region", DataType.String, [.. Enumerable.Range(0, rows).Select(i => (i % 4) switch { 0 => "north", 1 => "south", 2 => "west", _ => null })]),
            ("plan", DataType.String, [.. Enumerable.Range(0, rows).Select(i => (i % 3) switch { 0 => "basic", 1 => "plus", _ => null })]),
            ("age", DataType.Float64, [.. Enumerable.Range(0, rows).Select(i => i % 5 == 0 ? null : (object?)(double)i)]));
        using ModelRunner runner = session.CreateRunner(session.Prepare(batch.Schema), 1000);
        ModelScores scores = new(session.Signature);
        runner.Score(batch, scores);

        Assert.Equal(0, Allocations.Least(() => runner.Score(batch, scores)));
    }
}
