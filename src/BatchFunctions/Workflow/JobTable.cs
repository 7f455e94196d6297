using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;
using BatchFunctions.Tables;

namespace BatchFunctions.Workflow;

/// <summary>The table that a job publishes to.</summary>
internal static class JobTable
{
    /// <summary>Where the table stands that a pipeline names, or null where it names none.</summary>
    public static StoreLocation? PlaceOf(JobServices services, PipelineDefinition pipeline, string outputFolder) => pipeline.Output.Table is { } table
        ? services.Stores.Resolve(table.Path, outputFolder).Below(TableName.Parse(table.Name).Path)
        : null;

    /// <summary>The partition that a job's rows belong to.</summary>
    public static IReadOnlyList<PartitionValue> PartitionOf(TableDefinition table, DateOnly date, PinnedModel model) =>
    [
        .. table.PartitionBy.Select(name => name == TablePartition.RunDate
            ? new PartitionValue(new Field(name, DataType.Date), FormattableString.Invariant($"{date:yyyy-MM-dd}"))
            : new PartitionValue(new Field(name, DataType.String), model.Version)),
    ];

    /// <summary>Whether rows of a job have come into its table, whatever became of the job.</summary>
    public static async Task<bool> HasRowsAsync(JobServices services, JobDefinition job, CancellationToken cancellationToken) =>
        job.TableFolder is { } folder
        && await new Table(services.Stores.Resolve(folder, services.BaseFolder), services.Time, services.Loggers).HasPublicationAsync(ApplicationIdOf(job), cancellationToken);

    /// <summary>
    /// Adds parts of a reprocess to the table of its job, as long as the job's own rows are in it: where another job has replaced them since, what
    /// belongs to them is not wanted either.
    /// </summary>
    /// <returns>The table's version that has them, or null where the table has nothing of the job any more.</returns>
    public static async Task<PublishedVersion?> AppendAsync(
        JobServices services, JobDefinition job, RunFolder run, IReadOnlyList<Part> parts, long sequence, CancellationToken cancellationToken)
    {
        TableDefinition definition = job.Pipeline.Output.Table!;
        if (definition.Mode != TableMode.Append)
        {
            var table = new Table(services.Stores.Resolve(job.TableFolder!, services.BaseFolder), services.Time, services.Loggers);
            TableState state = await table.ReadAsync(null, cancellationToken);
            if (!state.Files.Any(f => f.Key.EndsWith($"-{job.Request.JobId}.parquet", StringComparison.Ordinal)))
                return null;
        }

        JobDefinition appending = job with { Pipeline = job.Pipeline with { Output = job.Pipeline.Output with { Table = definition with { Mode = TableMode.Append } } } };
        return await PublishAsync(services, appending, run, parts, sequence, cancellationToken);
    }

    private static string ApplicationIdOf(JobDefinition job) => $"batchfn/{job.Pipeline.Name}/{job.Request.JobId}";

    /// <summary>Adds a job's published parts to its table. Run again, it adds them once.</summary>
    /// <param name="services">What the machine offers.</param>
    /// <param name="job">What the job was pinned to; it has a table.</param>
    /// <param name="run">Its run folder.</param>
    /// <param name="parts">The parts, below <c>predictions/</c> of the run folder.</param>
    /// <param name="sequence">The number of this publication among the job's, from 1.</param>
    /// <param name="cancellationToken">Ends the work; nothing is added then, or all.</param>
    public static async Task<PublishedVersion> PublishAsync(
        JobServices services, JobDefinition job, RunFolder run, IReadOnlyList<Part> parts, long sequence, CancellationToken cancellationToken)
    {
        TableDefinition table = job.Pipeline.Output.Table!;
        IObjectStore store = run.Location.Store;
        var first = new SourceFile(store, KeyOf(parts[0]), parts[0].Bytes, (await store.FindAsync(KeyOf(parts[0]), cancellationToken))?.ETag ?? "");
        var publication = new Publication
        {
            ApplicationId = ApplicationIdOf(job),
            Sequence = sequence,
            JobId = job.Request.JobId,
            Mode = table.Mode,
            Columns = await RecordFormats.For(FileFormat.Parquet, job.Pipeline.Source.Csv).ReadSchemaAsync(first, cancellationToken),
            Partition = PartitionOf(table, job.Date, job.Model),
            Source = store,
            Files = [.. parts.Where(p => p.Rows > 0).Select(p => new PublishedFile(KeyOf(p), NameOf(p)))],
        };
        return await new Table(services.Stores.Resolve(job.TableFolder!, services.BaseFolder), services.Time, services.Loggers)
            .PublishAsync(publication, cancellationToken);

        string KeyOf(Part part) => run.Location.Key($"{RunFolder.Predictions}/{part.Name}");

        // Two jobs over the same input have parts of one name, and both belong to the table.
        string NameOf(Part part) => $"{Path.GetFileNameWithoutExtension(part.Name)}-{job.Request.JobId}.parquet";
    }
}
