using System.Globalization;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Retention;

/// <summary>Finds the run folders of a pipeline, <c>yyyy-MM-dd/JOB</c> below the pipeline's own folder.</summary>
internal static class RunCatalog
{
    private static readonly string Failure = RunFolder.MarkerOf(JobStatus.Failed);
    private static readonly string[] Markers = [RunFolder.MarkerOf(JobStatus.Succeeded), RunFolder.MarkerOf(JobStatus.SucceededWithWarnings), Failure];

    /// <summary>All of them, by their paths.</summary>
    /// <param name="pipeline">The pipeline's folder of the output.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<IReadOnlyList<StoredRun>> ListAsync(StoreLocation pipeline, CancellationToken cancellationToken)
    {
        string prefix = pipeline.Path.Length == 0 ? "" : pipeline.Path + "/";
        List<StoredRun> runs = [];
        List<ObjectProperties> files = [];
        string? current = null;
        await foreach (ObjectProperties found in pipeline.Store.ListAsync(prefix, cancellationToken))
        {
            // A listing is in the order of the keys, so that the files of a run come together.
            if (RunOf(found.Key[prefix.Length..]) is not { } run)
                continue;
            if (run != current && current is not null)
                await CompleteAsync();
            current = run;
            files.Add(found);
        }

        if (current is not null)
            await CompleteAsync();
        return runs;

        async Task CompleteAsync()
        {
            runs.Add(await ReadAsync(new RunFolder(pipeline.Below(current!)), files, cancellationToken));
            files.Clear();
        }
    }

    /// <summary>One of them, or null where nothing is there.</summary>
    public static async Task<StoredRun?> FindAsync(StoreLocation run, CancellationToken cancellationToken)
    {
        List<ObjectProperties> files = [];
        await foreach (ObjectProperties found in run.Store.ListAsync(run.Path + "/", cancellationToken))
            files.Add(found);
        return files.Count == 0 ? null : await ReadAsync(new RunFolder(run), files, cancellationToken);
    }

    // Damaged metadata says nothing; what says nothing is kept.
    private static async Task<RunMetadata?> ReadMetadataAsync(RunFolder run, CancellationToken cancellationToken)
    {
        try
        {
            return await run.Location.Store.FindBytesAsync(run.Location.Key(RunFolder.MetadataFile), cancellationToken) is { } bytes ? RunMetadata.FromJson(bytes) : null;
        }
        catch (BatchFunctionsException damage) when (damage.Kind == ErrorKind.Integrity)
        {
            return null;
        }
    }

    private static string? RunOf(string relative)
    {
        string[] parts = relative.Split('/', 3);
        return parts.Length == 3 && DateOnly.TryParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) && JobId.IsValid(parts[1])
            ? $"{parts[0]}/{parts[1]}"
            : null;
    }

    private static async Task<StoredRun> ReadAsync(RunFolder run, List<ObjectProperties> files, CancellationToken cancellationToken)
    {
        string prefix = run.Location.Path + "/";
        HashSet<string> names = [.. files.Select(f => f.Key[prefix.Length..])];
        RunMetadata? metadata = names.Contains(RunFolder.MetadataFile)
            ? await ReadMetadataAsync(run, cancellationToken)
            : null;
        var reprocesses = from file in files
                          let parts = file.Key[prefix.Length..].Split('/')
                          where parts.Length > 2 && parts[0] == RunFolder.Reprocesses
                          let number = int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) ? parsed : 0
                          where number > 0
                          group (Name: parts[2], file.LastModified) by number into evidence
                          select new StoredReprocess(evidence.Key, evidence.Any(f => Markers.Contains(f.Name)), evidence.Any(f => f.Name != Failure && Markers.Contains(f.Name)), evidence.Max(f => f.LastModified));
        return new StoredRun(
            run.Location.Path[(run.Location.Path.LastIndexOf('/') + 1)..],
            run,
            metadata,
            Markers.Any(names.Contains),
            names.Contains(ArchiveRecord.Stub),
            [.. reprocesses],
            files.Count,
            files.Sum(f => f.Length));
    }
}
