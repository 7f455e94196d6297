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
    private const int ShownFiles = 5;

    public async Task<int> RunAsync(JobReference input, CancellationToken cancellationToken)
    {
        await using JobContextLease job = await contexts.AcquireAsync(input, cancellationToken);
        await ValidateAsync(job.Context, cancellationToken);
        return job.Context.Files.Count;
    }

    /// <summary>Compares every file of a job's snapshot.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: files differ from what the job reads; every difference of the first of them is named.</exception>
    public static async Task ValidateAsync(JobContext context, CancellationToken cancellationToken)
    {
        var wanted = new Schema(context.Job.Columns);
        IReadOnlyList<string> absent = context.Job.AbsentColumns ?? [];
        var differences = new string?[context.Files.Count];
        await Parallel.ForAsync(0, differences.Length, new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken }, async (i, token) =>
        {
            SourceFile file = context.Files[i];
            if (file.Length > 0)
                differences[i] = ColumnPlanner.Differences(wanted, absent, await context.Formats.Of(i).ReadSchemaAsync(file, token), context.Formats.Of(i).Format, file.ToString(), context.Job.TableVersion is not null, context.Job.View is not null);
        });

        string[] found = [.. differences.OfType<string>()];
        if (found.Length > 0)
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"{string.Join(" ", found.Take(ShownFiles))}{(found.Length > ShownFiles ? $" {found.Length - ShownFiles} more files do not fit either." : "")} Correct the input, or what the pipeline or the model's manifest say of these columns.");
    }
}
