using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Scoring;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Reprocessing;

/// <summary>
/// Chooses the rejects that are scored again: those that were corrected and, under other rules, all of which the whole record is at hand.
/// </summary>
/// <param name="services">What the machine offers.</param>
/// <param name="job">The job whose rejects they are, with the rules that hold now.</param>
/// <param name="run">Its run folder.</param>
/// <param name="manifest">Which rejects it has left.</param>
internal sealed class ReprocessSelection(JobServices services, JobDefinition job, RunFolder run, Manifest manifest)
{
    private const int BatchRows = 4096;

    private readonly RejectLines _lines = new(job);
    private readonly CsvDialect _dialect = RecordFormats.DialectOf(job.Pipeline.Source.Csv);

    /// <summary>Writes the records down that are scored again, in the order of the rejects.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="inputs">Where they go.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The file with corrected records, or null where there is none.</returns>
    public async Task<CorrectedFile?> WriteAsync(ReprocessRequest asked, ReprocessInputs inputs, CancellationToken cancellationToken)
    {
        Corrections? corrections = asked.Corrected is null ? null : await ReadCorrectionsAsync(asked.Corrected, cancellationToken);
        bool takesAll = asked.Pipeline is not null || corrections is null;
        await foreach (RejectedRecord reject in ReadRejectsAsync(cancellationToken))
        {
            if (corrections?.Find(reject.Position) is { } corrected)
                await inputs.AddAsync(reject.Position, corrected, cancellationToken);
            else if (takesAll && reject.Text is { } text && text.IsOneRecord(_dialect))
                await inputs.AddAsync(reject.Position, text, cancellationToken);
        }

        return corrections?.File;
    }

    private IAsyncEnumerable<RejectedRecord> ReadRejectsAsync(CancellationToken cancellationToken) =>
        _lines.ReadAsync(run.Location.Below(RunFolder.Rejects), manifest.Rejects, cancellationToken);

    private async Task<Corrections> ReadCorrectionsAsync(string address, CancellationToken cancellationToken)
    {
        HashSet<RecordPosition> rejects = [];
        await foreach (RejectedRecord reject in ReadRejectsAsync(cancellationToken))
            rejects.Add(reject.Position);
        return await Corrections.ReadAsync(
            job, job.Columns, _lines, services.Stores.Resolve(address, services.BaseFolder), rejects, () => ReadIdsAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Reads the ids of the rejects, as far as they can be read; null for an id that several have.</summary>
    private async Task<IReadOnlyDictionary<string, RecordPosition?>> ReadIdsAsync(CancellationToken cancellationToken)
    {
        var scratch = Directory.CreateTempSubdirectory("batchfn-reprocess-");
        try
        {
            var folder = new StoreLocation(new LocalObjectStore(scratch.FullName), "");
            await using var inputs = new ReprocessInputs(job, services.Stores.Resolve(job.SourceStore, services.BaseFolder), folder);
            await foreach (RejectedRecord reject in ReadRejectsAsync(cancellationToken))
                if (reject.Text is { } text && text.IsOneRecord(_dialect))
                    await inputs.AddAsync(reject.Position, text, cancellationToken);
            Dictionary<string, RecordPosition?> ids = new(StringComparer.Ordinal);
            foreach (SnapshotFile file in await inputs.CompleteAsync(cancellationToken))
                await ReadIdsAsync(file, folder.Store, ids, cancellationToken);
            return ids;
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private async Task ReadIdsAsync(SnapshotFile file, IObjectStore store, Dictionary<string, RecordPosition?> ids, CancellationToken cancellationToken)
    {
        var origins = new RecordOrigins();
        await origins.LoadAsync(store, file.Origin!, cancellationToken);
        IRecordFormat format = RecordFormats.For(file.Origin!.Format, job.Pipeline.Source.Csv);
        string column = job.Pipeline.Source.Id!;
        var written = new SourceFile(store, file.Key, file.Length, file.ETag);
        bool isFirst = format.Format == FileFormat.Csv && (await format.ReadSchemaAsync(written, cancellationToken))[0].Name == column;
        await using IRecordReader reader = format.CreateReader(new Schema([new Field(column, DataType.String)]), BatchRows);
        await reader.OpenAsync(written, new Segment(0, 0, file.Length, 0, null), cancellationToken);
        var batch = new RecordBatch();
        while (await reader.ReadAsync(batch, cancellationToken))
        {
            origins.Fill(batch, job.Format);
            HashSet<int> unreadable = [.. batch.Faults.Select(f => f.Row)];
            for (int row = 0; row < batch.RowCount; row++)
            {
                string? id = !unreadable.Contains(row) ? batch.Columns[0].GetValue(row) as string : isFirst ? FirstField(batch.Raw(row)) : null;
                if (string.IsNullOrEmpty(id))
                    continue;
                var position = new RecordPosition(file.Origin.File, batch.RecordNumber(row));
                ids[id] = ids.ContainsKey(id) ? null : position;
            }
        }
    }

    // Whatever is wrong with a record, its first field is where it should be: nothing before it can have shifted it.
    private string? FirstField(ReadOnlySpan<byte> record)
    {
        int end = record.IndexOf(_dialect.Separator);
        return end > 0 && record[0] != (byte)'"' ? Encoding.UTF8.GetString(record[..end]) : null;
    }
}
