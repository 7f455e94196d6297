using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using BatchFunctions.Data;
using BatchFunctions.Data.Text;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;

namespace BatchFunctions.Reprocessing;

/// <summary>
/// Reads lines in the form of the rejects: position, reason, and the record's own bytes or values. Those that the job wrote, and those
/// that a person made of them.
/// </summary>
internal sealed class RejectLines
{
    /// <summary>The columns that tell which record a line is about.</summary>
    public const string FileColumn = "file";

    /// <summary>See <see cref="FileColumn"/>.</summary>
    public const string RecordColumn = "record";

    /// <summary>The columns of which a line has one, with the record itself.</summary>
    public static readonly IReadOnlyList<string> ContentColumns = ["raw", "raw_base64", "values"];

    private const int BatchRows = 1024;

    // A record's bytes may take six times their number where all of them have to be escaped.
    private const int MaxLineBytes = 16 << 20;

    private static readonly Schema Columns = new(
    [
        new Field(FileColumn, DataType.String),
        new Field(RecordColumn, DataType.Int64),
        new Field("code", DataType.String),
        new Field("column", DataType.String),
        new Field("raw", DataType.String),
        new Field("raw_base64", DataType.String),
        new Field("values", DataType.String),
        new Field("raw_truncated", DataType.Bool),
        new Field("raw_format", DataType.String),
        new Field("raw_header", DataType.String),
    ]);

    private readonly JobDefinition _job;
    private readonly Dictionary<string, int> _files;
    private readonly HashSet<string> _fractions;

    /// <summary>Reads lines about the records of <paramref name="job"/>.</summary>
    public RejectLines(JobDefinition job)
    {
        _job = job;
        _files = job.Snapshot.Index().ToDictionary(f => job.NameOf(f.Item), f => f.Index, StringComparer.Ordinal);
        _fractions = [.. job.Columns.Where(c => c.Type is DataType.Float32 or DataType.Float64).Select(c => c.Name)];
    }

    /// <summary>The positions of the job's files in its snapshot, by the names that lines call them.</summary>
    public IReadOnlyDictionary<string, int> Files => _files;

    /// <summary>Reads parts of the job's own, after each was compared with what the manifest says of it.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: a part is gone or is not what the manifest says.</exception>
    public async IAsyncEnumerable<RejectedRecord> ReadAsync(
        StoreLocation folder, IReadOnlyList<Part> parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (Part part in parts)
        {
            StoreLocation place = folder.Below(part.Name);
            ObjectProperties found = await place.Store.FindAsync(place.Path, cancellationToken)
                ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"{place} is gone. Restore it from a copy; batchfn verify tells what else is amiss.");
            if (await ContentHash.OfObjectAsync(place.Store, place.Path, found.ETag, cancellationToken) != part.Sha256)
                throw new BatchFunctionsException(ErrorKind.Integrity, $"{place} is not what the manifest says: its content has changed. Restore it from a copy; rejects are corrected in a file of one's own.");
            await foreach (RejectedRecord reject in ReadAsync(new SourceFile(place.Store, place.Path, found.Length, found.ETag), cancellationToken))
                yield return reject;
        }
    }

    /// <summary>Reads a file of such lines.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a line is not of this form, or about a file that the job has not read.</exception>
    public async IAsyncEnumerable<RejectedRecord> ReadAsync(SourceFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using IRecordReader reader = new JsonLinesFormat(MaxLineBytes).CreateReader(Columns, BatchRows);
        await reader.OpenAsync(file, new Segment(0, 0, file.Length, 0, null), cancellationToken);
        var batch = new RecordBatch();
        while (await reader.ReadAsync(batch, cancellationToken))
        {
            if (batch.Faults.Count > 0)
                throw Refused(file, batch.FirstRecord + batch.Faults[0].Row, batch.Faults[0].Describe());
            for (int row = 0; row < batch.RowCount; row++)
                yield return Read(batch, row, file);
        }
    }

    private RejectedRecord Read(RecordBatch batch, int row, SourceFile file)
    {
        string name = Text(FileColumn) ?? throw Refused(file, batch.FirstRecord + row, "It has no 'file'.");
        if (!_files.TryGetValue(name, out int index))
            throw Refused(file, batch.FirstRecord + row, $"The job has read no file '{name}'.{(NearestWord.Find(name, _files.Keys) is { } near ? $" Did you mean '{near}'?" : "")}");
        if (batch[RecordColumn].IsNull(row))
            throw Refused(file, batch.FirstRecord + row, "It has no 'record', the number of the record in its file.");
        bool isCut = batch["raw_truncated"].GetValue(row) is true;
        return new RejectedRecord(
            new RecordPosition(index, ((Column<long>)batch[RecordColumn]).Values[row]),
            Text("code") ?? "",
            Text("column"),
            isCut ? null : Content(),
            batch.Raw(row).ToArray());

        string? Text(string column) => batch[column].GetValue(row) as string;

        RecordText? Content()
        {
            if (Text("values") is { } values)
                return new RecordText(FileFormat.Jsonl, null, Encoding.UTF8.GetBytes(WithoutNaN(values)));
            byte[]? raw = Text("raw") is { } text ? Encoding.UTF8.GetBytes(text) : Text("raw_base64") is { } base64 ? Convert.FromBase64String(base64) : null;
            if (raw is null)
                return null;
            FileFormat format = Text("raw_format") switch
            {
                "csv" => FileFormat.Csv,
                "jsonl" => FileFormat.Jsonl,
                _ => _job.Format == FileFormat.Csv ? FileFormat.Csv : FileFormat.Jsonl,
            };
            return new RecordText(format, Text("raw_header"), raw);
        }
    }

    // JSON has no NaN. It stands for a missing number, which JSON can say.
    private string WithoutNaN(string values)
    {
        if (!values.Contains("\"NaN\"", StringComparison.Ordinal) || JsonNode.Parse(values) is not JsonObject record)
            return values;
        foreach (string column in _fractions)
            if (record[column] is JsonValue value && value.TryGetValue(out string? text) && text == "NaN")
                record[column] = null;
        return record.ToJsonString();
    }

    private static BatchFunctionsException Refused(SourceFile file, long line, string why) => new(
        ErrorKind.Request,
        FormattableString.Invariant($"Line {line + 1} of {file} is no reject with its record: {why} Such a line has file, record, and one of raw, raw_base64 and values."));
}
