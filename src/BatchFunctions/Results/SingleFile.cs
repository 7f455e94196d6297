using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Data.Text;
using BatchFunctions.Pipelines;
using BatchFunctions.Storage;

namespace BatchFunctions.Results;

/// <summary>Makes one file of a run's published predictions: <c>predictions.parquet</c> or <c>.csv</c>, with their rows in their order. Nothing is decoded.</summary>
internal static class SingleFile
{
    private const int LookUpsAtOnce = 16;

    /// <summary>The name of the file in the run folder.</summary>
    public static string NameOf(PipelineDefinition pipeline) => $"predictions.{(pipeline.Output.Format == FileFormat.Csv ? "csv" : "parquet")}";

    /// <summary>Makes the file; one that is there is replaced. Made again, it is the same.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="parts">The parts, below <c>predictions/</c>.</param>
    /// <param name="key">The key that it gets.</param>
    /// <param name="cancellationToken">Ends the work; nothing is left then.</param>
    /// <returns>The file by the name that it has in the run folder; null where there are no parts.</returns>
    public static async Task<Part?> WriteAsync(RunFolder run, PipelineDefinition pipeline, IReadOnlyList<Part> parts, string key, CancellationToken cancellationToken)
    {
        if (parts.Count == 0)
            return null;
        IObjectStore store = run.Location.Store;
        var files = new SourceFile[parts.Count];
        await Parallel.ForAsync(
            0,
            files.Length,
            new ParallelOptions { MaxDegreeOfParallelism = LookUpsAtOnce, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                string part = run.Location.Key($"{RunFolder.Predictions}/{parts[i].Name}");
                ObjectProperties found = await store.FindAsync(part, token)
                    ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"{run.Location.Below($"{RunFolder.Predictions}/{parts[i].Name}")} is gone right after it was published.");
                files[i] = new SourceFile(store, part, found.Length, found.ETag);
            });

        await using StagedObject staged = await store.StageAsync(run.Location.Path, cancellationToken);
        var output = new ContentHashStream(staged.Stream);
        try
        {
            await (pipeline.Output.Format == FileFormat.Csv ? CsvMerger.MergeAsync(files, output, cancellationToken) : ParquetMerger.MergeAsync(files, output, cancellationToken));
            var single = new Part(NameOf(pipeline), parts.Sum(p => p.Rows), output.Length, output.Hash());
            await staged.CommitAsync(key, PutCondition.None, cancellationToken);
            return single;
        }
        finally
        {
            output.Release();
        }
    }
}
