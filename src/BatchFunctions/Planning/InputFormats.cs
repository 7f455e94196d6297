using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;

namespace BatchFunctions.Planning;

/// <summary>The formats of a job's files: one for all, but for what was written for a reprocess.</summary>
internal sealed class InputFormats
{
    private readonly IRecordFormat[] _formats;

    /// <summary>Sets up the formats of the files that <paramref name="job"/> is pinned to.</summary>
    public InputFormats(JobDefinition job)
    {
        Dictionary<FileFormat, IRecordFormat> formats = job.Snapshot.Select(job.FormatOf).Distinct().ToDictionary(f => f, f => Of(job, f));
        _formats = [.. job.Snapshot.Select(f => formats[job.FormatOf(f)])];
    }

    /// <summary>The format of the file at a position of the snapshot.</summary>
    public IRecordFormat Of(int file) => _formats[file];

    // A file of a table may be older than one of its columns, which its rows then have no value of. A view of text files holds text, which is read as theirs
    // would be.
    private static IRecordFormat Of(JobDefinition job, FileFormat format) =>
        format == FileFormat.Parquet && (job.TableVersion is not null || job.View is not null)
            ? new ParquetFormat(fillsAbsentColumns: job.TableVersion is not null, job.View is null ? null : RecordFormats.DialectOf(job.Pipeline.Source.Csv).NullValues)
            : RecordFormats.For(format, job.Pipeline.Source.Csv);
}
