using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Models.Probing;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Tests.Models.Probing;

public sealed class BatchSizingTests
{
    private const long Large = 1L << 40;

    [Fact]
    public void A_models_own_number_of_rows_goes_before_all()
    {
        using ModelSession session = TinyModels.Load("fixed", "features: [a, b]");

        BatchSizeChoice choice = Settle(session, Large, batchSize: 100);

        Assert.Equal(new BatchSizeChoice(session.Signature.FixedRows!.Value, BatchSizeOrigin.Model), choice);
    }

    [Fact]
    public void A_number_in_the_pipeline_is_taken_as_it_is()
    {
        using ModelSession session = TinyModels.Load("sum", "features: [a, b, c]");

        Assert.Equal(new BatchSizeChoice(100, BatchSizeOrigin.Pipeline), Settle(session, Large, batchSize: 100));
    }

    [Fact]
    public void A_small_job_takes_the_default()
    {
        using ModelSession session = TinyModels.Load("sum", "features: [a, b, c]");

        Assert.Equal(new BatchSizeChoice(4096, BatchSizeOrigin.Default), Settle(session, 1_000_000));
    }

    [Theory]
    [InlineData("sum", "features: [a, { name: b, missing: 5 }, { name: c, scale: { mean: 4, std: 2 } }]")]
    [InlineData("sum", "features: [a, { name: b, categories: [x, y] }, { name: c, categories: [7, 8], type: int64 }]")]
    [InlineData("columns", "")]
    [InlineData("zipmap", "features: [u, v]")]
    [InlineData("softmax", "features: [u, v]")]
    [InlineData("vector", "features: [u, v]")]
    public void A_large_job_is_measured_for_whatever_the_model_takes(string model, string manifest)
    {
        using ModelSession session = TinyModels.Load(model, manifest);

        BatchSizeChoice choice = Settle(session, Large);

        // The clock stands still, so all sizes are equal. Some models round otherwise in large batches; those sizes are left out.
        Assert.Equal((512, BatchSizeOrigin.Probe), (choice.Rows, choice.Origin));
        Assert.InRange(choice.Timings!.Count, 1, 6);
    }

    [Theory]
    [InlineData("sum", "features: [a, b, c]", null, 16_384, BatchSizeOrigin.Device)]
    [InlineData("sum", "features: [a, b, c]", 100, 100, BatchSizeOrigin.Pipeline)]
    [InlineData("fixed", "features: [a, b]", null, 0, BatchSizeOrigin.Model)]
    public void A_device_of_another_machine_gets_large_batches_where_nobody_says(string model, string manifest, int? batchSize, int rows, BatchSizeOrigin origin)
    {
        using ModelSession session = TinyModels.Load(model, manifest);

        BatchSizeChoice choice = BatchSizing.ForAnotherDevice(session.Signature, PipelineOf(batchSize));

        Assert.Equal(new BatchSizeChoice(session.Signature.FixedRows ?? rows, origin), choice);
    }

    [Fact]
    public void Records_are_made_of_what_the_manifest_knows()
    {
        string folder = Path.Combine(RepositoryPaths.Root, "samples", "churn");
        using ModelSession session = ModelSession.Load(File.ReadAllBytes(Path.Combine(folder, "model.onnx")), ModelManifest.Parse(File.ReadAllText(Path.Combine(folder, "manifest.yaml"))));
        Schema columns = session.Signature.ColumnsFor(new Schema(session.Signature.Features.Select(f => new Field(f.Name, f.Type))));

        RecordBatch records = SyntheticRecords.Make(session, columns, 5000);

        Assert.Empty(TinyModels.Faults(session.Prepare(columns), records));
        ModelBaseline baseline = session.Manifest.Baseline!;
        foreach (Column<long> column in records.Columns.OfType<Column<long>>())
        {
            Histogram histogram = baseline.Features[column.Field.Name];
            Assert.InRange(column.Values.ToArray().Average(), histogram.Edges[0], histogram.Edges[^1]);
            Assert.True(column.Values.ToArray().Distinct().Count() > 3);
        }
    }

    private static BatchSizeChoice Settle(ModelSession session, long bytes, int? batchSize = null)
    {
        Schema columns = session.Signature.ColumnsFor(new Schema(session.Signature.Features.Select(f => new Field(f.Name, f.Type))));
        return new BatchSizing(new FakeTimeProvider()).Settle(session, PipelineOf(batchSize), [.. columns], bytes, TestContext.Current.CancellationToken);
    }

    private static PipelineDefinition PipelineOf(int? batchSize) => new()
    {
        Name = "p",
        Model = "m@1",
        Source = new() { Path = "x.csv" },
        Output = new() { Path = "y" },
        Scoring = new() { BatchSize = batchSize },
    };
}
