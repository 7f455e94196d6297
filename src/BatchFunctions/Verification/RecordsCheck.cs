using BatchFunctions.Data;
using BatchFunctions.Planning;
using BatchFunctions.Results;

namespace BatchFunctions.Verification;

/// <summary>Counts the records of the input again: each must be in the output or among the rejects.</summary>
internal static class RecordsCheck
{
    /// <summary>Counts them.</summary>
    /// <param name="files">The snapshot's files as they are now.</param>
    /// <param name="job">What the job was pinned to.</param>
    /// <param name="manifest">What the run folder says that was published.</param>
    /// <param name="manifestAddress">Its address.</param>
    /// <param name="changed">The positions of files that are not what was pinned.</param>
    /// <param name="findings">Takes what is wrong.</param>
    /// <param name="options">How many files are counted at once.</param>
    public static async Task RunAsync(
        IReadOnlyList<SourceFile> files, JobDefinition job, Manifest manifest, string manifestAddress, IReadOnlySet<int> changed, Findings findings, ParallelOptions options)
    {
        if (changed.Count > 0)
        {
            findings.Skip("The records of the input, since files of it are not what the job read.");
            return;
        }

        var formats = new InputFormats(job);
        var counts = new long?[files.Count];
        await Parallel.ForAsync(0, files.Count, options, async (i, token) => counts[i] = await RecordCount.OfAsync(formats.Of(i), files[i], token));
        if (counts.Any(c => c is null))
        {
            findings.Skip("The records of the input, since compressed text has to be read to be counted: --all does.");
            return;
        }

        long records = counts.Sum()!.Value, excluded = manifest.RecordsExcluded ?? 0, accounted = manifest.RecordsScored + manifest.RecordsFailed + excluded;
        findings.Count(records);
        if (records != accounted)
            findings.Fault(manifestAddress, FormattableString.Invariant($"The input has {records} records, but {manifest.RecordsScored} were scored and {manifest.RecordsFailed} rejected{(excluded > 0 ? FormattableString.Invariant($" and {excluded} left out by the filter") : "")}, {accounted} together."));
    }
}
