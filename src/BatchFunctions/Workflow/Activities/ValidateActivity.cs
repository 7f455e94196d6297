using BatchFunctions.Data;
using BatchFunctions.Planning;

namespace BatchFunctions.Workflow.Activities;

/// <summary>
/// Compares every file's columns with what the job reads, against the first or last bytes of the file, so that a wrong input is
/// refused before any scoring.
/// </summary>
internal sealed class ValidateActivity(JobContexts contexts) : IActivity<JobReference, int>
{
    private const int FilesAtOnce = 8;

    public async Task<int> RunAsync(JobReference input, CancellationToken cancellationToken)
    {
        await using JobContextLease job = await contexts.AcquireAsync(input, cancellationToken);
        await ValidateAsync(job.Context, cancellationToken);
        return job.Context.Files.Count;
    }

    /// <summary>Compares every file of a job's snapshot.</summary>
    public static Task ValidateAsync(JobContext context, CancellationToken cancellationToken)
    {
        var wanted = new Schema(context.Job.Columns);
        return Parallel.ForAsync(
            0,
            context.Files.Count,
            new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken },
            async (i, token) => await ValidateAsync(context.Files[i], context.Formats.Of(i), wanted, token));
    }

    private static async Task ValidateAsync(SourceFile file, IRecordFormat format, Schema wanted, CancellationToken cancellationToken)
    {
        if (file.Length == 0)
            return;
        Schema schema = await format.ReadSchemaAsync(file, cancellationToken);

        // JSON leaves out what is null, so that its first records may lack a column that later ones have.
        if (format.Format != FileFormat.Jsonl)
            ColumnPlanner.RequireColumns([.. wanted.Select(f => f.Name)], schema, file.ToString());
        if (format.Format != FileFormat.Parquet)
            return;
        foreach (Field field in wanted)
            if (schema.Find(field.Name) is { } stored && !TypeConversions.CanRead(stored.Type, field.Type))
                throw new BatchFunctionsException(
                    ErrorKind.Request,
                    $"{file} has '{field.Name}' as {TypeConversions.NameOf(stored.Type)}, but it is wanted as {TypeConversions.NameOf(field.Type)}. Correct the input, or the column's type in the pipeline or the model's manifest.");
    }
}
