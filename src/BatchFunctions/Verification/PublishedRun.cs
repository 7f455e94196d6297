using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Verification;

/// <summary>A run folder's own files as they stand, each of them null where it is gone or damaged.</summary>
internal sealed class PublishedRun
{
    private PublishedRun(RunFolder run, Manifest? manifest, RunMetadata? metadata, SummaryMetrics? summary)
    {
        Run = run;
        Manifest = manifest;
        Metadata = metadata;
        Summary = summary;
    }

    public RunFolder Run { get; }

    public Manifest? Manifest { get; }

    public RunMetadata? Metadata { get; }

    public SummaryMetrics? Summary { get; }

    /// <summary>Reads them, and compares what they say of the same things.</summary>
    public static async Task<PublishedRun> ReadAsync(RunFolder run, string jobId, Findings findings, CancellationToken cancellationToken)
    {
        var manifest = await ReadAsync(run, RunFolder.ManifestFile, RunJson.Default.Manifest, findings, cancellationToken);
        var metadata = await ReadAsync(run, RunFolder.MetadataFile, ReportJson.Files.RunMetadata, findings, cancellationToken);
        var summary = await ReadAsync(run, RunFolder.SummaryFile, ReportJson.Files.SummaryMetrics, findings, cancellationToken);
        var published = new PublishedRun(run, manifest, metadata, summary);
        if (manifest is not null)
            published.Compare(jobId, manifest, findings);
        if (metadata is not null)
            await published.CompareMarkerAsync(metadata, findings, cancellationToken);
        return published;
    }

    /// <summary>The address of one of the folder's files.</summary>
    public string AddressOf(string file) => Run.Location.Below(file).ToString();

    private void Compare(string jobId, Manifest manifest, Findings findings)
    {
        long scored = manifest.Predictions.Sum(p => p.Rows), failed = manifest.Rejects.Sum(p => p.Rows);
        Expect(RunFolder.ManifestFile, "job_id", manifest.JobId, jobId);
        Expect(RunFolder.ManifestFile, "records_scored", manifest.RecordsScored, scored);
        Expect(RunFolder.ManifestFile, "records_failed", manifest.RecordsFailed, failed);
        if (Metadata is { } metadata)
        {
            Expect(RunFolder.MetadataFile, "job_id", metadata.JobId, jobId);
            Expect(RunFolder.MetadataFile, "records_scored", metadata.RecordsScored, scored);
            Expect(RunFolder.MetadataFile, "records_failed", metadata.RecordsFailed, failed);
            Expect(RunFolder.MetadataFile, "records_total", metadata.RecordsTotal, scored + failed);
            Expect(RunFolder.MetadataFile, "parts", metadata.Parts, manifest.Predictions.Count);
            Expect(RunFolder.MetadataFile, "reject_parts", metadata.RejectParts, manifest.Rejects.Count);
        }

        if (Summary is { } summary)
        {
            Expect(RunFolder.SummaryFile, "job_id", summary.JobId, jobId);
            Expect(RunFolder.SummaryFile, "records_scored", summary.RecordsScored, scored);
            Expect(RunFolder.SummaryFile, "records_failed", summary.RecordsFailed, failed);
            Expect(RunFolder.SummaryFile, "records_total", summary.RecordsTotal, scored + failed);
            Expect(RunFolder.SummaryFile, "rejects.by_code", summary.Rejects.ByCode.Values.Sum(), failed);
        }

        void Expect<T>(string file, string key, T actual, T expected)
            where T : IEquatable<T>
        {
            if (!actual.Equals(expected))
                findings.Fault(AddressOf(file), FormattableString.Invariant($"{key} is {actual}, but should be {expected}."));
        }
    }

    private async Task CompareMarkerAsync(RunMetadata metadata, Findings findings, CancellationToken cancellationToken)
    {
        string expected = RunFolder.MarkerOf(metadata.Status);
        foreach (string marker in (string[])[RunFolder.MarkerOf(JobStatus.Succeeded), RunFolder.MarkerOf(JobStatus.SucceededWithWarnings), RunFolder.MarkerOf(JobStatus.Failed)])
        {
            findings.Count(marker == expected ? 1 : 0);
            bool isThere = await Run.Location.Store.FindAsync(Run.Location.Key(marker), cancellationToken) is not null;
            if (isThere != (marker == expected))
                findings.Fault(AddressOf(marker), $"It {(isThere ? "is there" : "is gone")}, but metadata.json says {metadata.Status}.");
        }
    }

    private static async Task<T?> ReadAsync<T>(RunFolder run, string file, JsonTypeInfo<T> type, Findings findings, CancellationToken cancellationToken)
        where T : class
    {
        findings.Count();
        string address = run.Location.Below(file).ToString();
        if (await run.Location.Store.FindBytesAsync(run.Location.Key(file), cancellationToken) is not { } bytes)
        {
            findings.Fault(address, "It is gone.");
            return null;
        }

        try
        {
            if (JsonSerializer.Deserialize(bytes, type) is { } content)
                return content;
            findings.Fault(address, "It holds nothing.");
        }
        catch (JsonException damage)
        {
            findings.Fault(address, $"It is damaged: {damage.Message}");
        }

        return null;
    }
}
