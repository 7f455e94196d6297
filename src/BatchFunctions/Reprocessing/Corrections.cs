using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using BatchFunctions.Data;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Scoring;
using BatchFunctions.Storage;

namespace BatchFunctions.Reprocessing;

/// <summary>Corrected records, by the rejects that they correct.</summary>
internal sealed class Corrections
{
    private const int BatchRows = 4096;
    private const int NamedColumns = 20;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JobDefinition _job;
    private readonly IReadOnlyList<Field> _columns;
    private readonly RejectLines _lines;
    private readonly SourceFile _file;
    private readonly CsvDialect _dialect;
    private readonly Dictionary<RecordPosition, (RecordText Text, long Number)> _byPosition = [];

    private Corrections(JobDefinition job, IReadOnlyList<Field> columns, RejectLines lines, SourceFile file)
    {
        (_job, _columns, _lines, _file) = (job, columns, lines, file);
        _dialect = RecordFormats.DialectOf(job.Pipeline.Source.Csv);
    }

    /// <summary>What the file is and what came of it.</summary>
    public CorrectedFile File { get; private set; } = null!;

    /// <summary>The correction of a reject, or null where there is none.</summary>
    public RecordText? Find(RecordPosition position) => _byPosition.TryGetValue(position, out (RecordText Text, long Number) found) ? found.Text : null;

    /// <summary>Reads a file of corrected records.</summary>
    /// <param name="job">The job whose rejects they correct.</param>
    /// <param name="columns">The columns that are read of each record.</param>
    /// <param name="lines">Reads lines in the rejects' own form.</param>
    /// <param name="location">The file's place.</param>
    /// <param name="rejects">Which records are rejects.</param>
    /// <param name="ids">Gives the rejects by their ids, null for an id that several have; not asked for where positions tell.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the file cannot be read, or does not say which records it corrects.</exception>
    public static async Task<Corrections> ReadAsync(
        JobDefinition job,
        IReadOnlyList<Field> columns,
        RejectLines lines,
        StoreLocation location,
        IReadOnlySet<RecordPosition> rejects,
        Func<Task<IReadOnlyDictionary<string, RecordPosition?>>> ids,
        CancellationToken cancellationToken)
    {
        ObjectProperties found = await location.Store.FindAsync(location.Path, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"There is no file {location} with corrected records. Check its path.");
        FileFormat format = SourcePattern.FormatOf(found.Key)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"The name of {location} does not tell its format. It must end in .csv, .jsonl or .parquet.");
        var file = new SourceFile(location.Store, found.Key, found.Length, found.ETag);
        var corrections = new Corrections(job, columns, lines, file);
        IRecordFormat reading = RecordFormats.For(format, job.Pipeline.Source.Csv);
        Schema schema = await reading.ReadSchemaAsync(file, cancellationToken);
        long unmatched = format == FileFormat.Jsonl && Has(schema, RejectLines.FileColumn, RejectLines.RecordColumn) && RejectLines.ContentColumns.Any(c => schema.IndexOf(c) >= 0)
            ? await corrections.ReadLinesAsync(rejects, cancellationToken)
            : await corrections.ReadRecordsAsync(reading, schema, rejects, ids, cancellationToken);
        string hash = await ContentHash.OfObjectAsync(location.Store, found.Key, found.ETag, cancellationToken);
        corrections.File = new CorrectedFile(location.ToString(), found.Length, hash, corrections._byPosition.Count, unmatched);
        return corrections;
    }

    private static bool Has(Schema schema, params ReadOnlySpan<string> columns)
    {
        foreach (string column in columns)
            if (schema.IndexOf(column) < 0)
                return false;
        return true;
    }

    private async Task<long> ReadLinesAsync(IReadOnlySet<RecordPosition> rejects, CancellationToken cancellationToken)
    {
        long number = 0, unmatched = 0;
        await foreach (RejectedRecord line in _lines.ReadAsync(_file, cancellationToken))
        {
            if (!rejects.Contains(line.Position))
                unmatched++;
            else if (line.Text is { } text)
                Add(line.Position, text with { Content = text.Content.AsSpan().TrimEnd("\r\n"u8).ToArray() }, number);
            else
                throw Refused(number, "has no record in it: raw, raw_base64 and values are missing, or the raw record is cut short.");
            number++;
        }

        return unmatched;
    }

    private async Task<long> ReadRecordsAsync(
        IRecordFormat format, Schema schema, IReadOnlySet<RecordPosition> rejects, Func<Task<IReadOnlyDictionary<string, RecordPosition?>>> ids, CancellationToken cancellationToken)
    {
        if (format.Format != FileFormat.Jsonl)
            ColumnPlanner.RequireColumns([.. _columns.Select(c => c.Name)], schema, _file.ToString());
        bool byPosition = Has(schema, RejectLines.FileColumn, RejectLines.RecordColumn) && _columns.All(c => c.Name is not (RejectLines.FileColumn or RejectLines.RecordColumn));
        string? id = _job.Pipeline.Source.Id;
        if (!byPosition && (id is null || schema.IndexOf(id) < 0))
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"{_file} does not say which rejects it corrects. Each record needs {(id is null ? "" : $"'{id}', or ")}'file' and 'record', as the rejects have them. It has {string.Join(", ", schema.Take(NamedColumns).Select(f => f.Name))}.");

        Field[] values = format.Format == FileFormat.Parquet ? [.. _columns] : [];
        Field[] keys = byPosition
            ? [new Field(RejectLines.FileColumn, DataType.String), new Field(RejectLines.RecordColumn, DataType.Int64)]
            : [values.FirstOrDefault(v => v.Name == id) ?? new Field(id!, DataType.String)];
        IReadOnlyDictionary<string, RecordPosition?> known = byPosition ? new Dictionary<string, RecordPosition?>() : await ids();
        string? header = format.Format == FileFormat.Csv && _dialect.Header ? RecordText.HeaderOf(schema.Select(f => f.Name), _dialect) : null;
        await using IRecordReader reader = format.CreateReader(new Schema(keys.UnionBy(values, f => f.Name)), BatchRows);
        var batch = new RecordBatch();
        long unmatched = 0;
        foreach (Segment segment in await format.SplitAsync(_file, 0, long.MaxValue / 2, cancellationToken))
        {
            await reader.OpenAsync(_file, segment, cancellationToken);
            while (await reader.ReadAsync(batch, cancellationToken))
            {
                RequireKeys(batch, keys);
                for (int row = 0; row < batch.RowCount; row++)
                {
                    if (PositionOf(batch, row, byPosition, id, known) is { } position && rejects.Contains(position))
                        Add(position, TextOf(format.Format, header, batch, row), batch.FirstRecord + row);
                    else
                        unmatched++;
                }
            }
        }

        return unmatched;
    }

    private void RequireKeys(RecordBatch batch, Field[] keys)
    {
        foreach (RecordFault fault in batch.Faults)
            if (fault.Column is null || keys.Any(k => k.Name == fault.Column))
                throw Refused(batch.FirstRecord + fault.Row, $"does not say which reject it corrects: {fault.Describe()}");
        foreach (Field key in keys)
            for (int row = 0; row < batch.RowCount; row++)
                if (batch[key.Name].IsNull(row))
                    throw Refused(batch.FirstRecord + row, $"does not say which reject it corrects: '{key.Name}' is missing.");
    }

    private RecordPosition? PositionOf(RecordBatch batch, int row, bool byPosition, string? id, IReadOnlyDictionary<string, RecordPosition?> ids)
    {
        if (byPosition)
        {
            string name = (string)batch[RejectLines.FileColumn].GetValue(row)!;
            return _lines.Files.TryGetValue(name, out int file) ? new RecordPosition(file, (long)batch[RejectLines.RecordColumn].GetValue(row)!) : null;
        }

        string key = Convert.ToString(batch[id!].GetValue(row), CultureInfo.InvariantCulture)!;
        if (!ids.TryGetValue(key, out RecordPosition? position))
            return null;
        return position ?? throw Refused(batch.FirstRecord + row, $"has the {id} '{key}', which several rejects have. Give their 'file' and 'record' instead, as the rejects have them.");
    }

    private RecordText TextOf(FileFormat format, string? header, RecordBatch batch, int row)
    {
        if (format != FileFormat.Parquet)
            return new RecordText(format, header, batch.Raw(row).ToArray());
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Json))
            ValuesJson.Write(json, _columns.Select(c => batch[c.Name]).Where(c => !IsNaN(c.GetValue(row))), row);
        return new RecordText(FileFormat.Jsonl, null, buffer.WrittenSpan.ToArray());
    }

    // A missing number; JSON leaves out what is missing.
    private static bool IsNaN(object? value) => value is double.NaN or float.NaN;

    private void Add(RecordPosition position, RecordText text, long number)
    {
        if (!text.IsOneRecord(_dialect))
            throw Refused(number, "is not one record: a quote is not closed, or it is empty or has a line break.");
        if (!_byPosition.TryAdd(position, (text, number)))
            throw Refused(number, string.Create(CultureInfo.InvariantCulture, $"corrects the same reject as record {_byPosition[position].Number}: {_job.NameOf(_job.Snapshot[position.File])}, record {position.Record}."));
    }

    private BatchFunctionsException Refused(long number, string why) =>
        new(ErrorKind.Request, string.Create(CultureInfo.InvariantCulture, $"Record {number} of {_file}, counted from 0, {why} Correct the file; nothing was changed."));
}
