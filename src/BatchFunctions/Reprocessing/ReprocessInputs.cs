using System.Text;
using System.Text.Json;
using BatchFunctions.Data;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;

namespace BatchFunctions.Reprocessing;

/// <summary>
/// Writes records down as files that can be read like any input: one for each file of the input and each form that its records come in, in the order in
/// which they are added. The files are named by their content, so that doing it again changes nothing.
/// </summary>
/// <param name="job">The job whose records they are.</param>
/// <param name="source">Where the job's files are, for the headers of CSV.</param>
/// <param name="folder">Where the files go.</param>
internal sealed class ReprocessInputs(JobDefinition job, StoreLocation source, StoreLocation folder) : IAsyncDisposable
{
    private readonly List<OpenInput> _open = [];
    private readonly List<SnapshotFile> _files = [];
    private readonly CsvDialect _dialect = RecordFormats.DialectOf(job.Pipeline.Source.Csv);

    /// <summary>The number of records added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a record. Those of one file come together.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the header of its file is needed and cannot be read.</exception>
    public async Task AddAsync(RecordPosition position, RecordText text, CancellationToken cancellationToken)
    {
        if (_open.Count > 0 && _open[0].File != position.File)
            await CloseAsync(cancellationToken);
        OpenInput? input = _open.Find(i => i.Format == text.Format && i.Header == text.Header);
        if (input is null)
        {
            input = new OpenInput(position.File, text.Format, text.Header, await folder.Store.StageAsync(folder.Path, cancellationToken));
            _open.Add(input);
            if (text.Format == FileFormat.Csv && _dialect.Header)
                input.Add(Encoding.UTF8.GetBytes(text.Header ?? await ReadHeaderAsync(position.File, cancellationToken)));
        }

        input.Add(text.Content);
        input.Numbers.Add(position.Record);
        Count++;
    }

    /// <summary>Ends the writing.</summary>
    /// <returns>The files, in the order in which their first records were added.</returns>
    public async Task<IReadOnlyList<SnapshotFile>> CompleteAsync(CancellationToken cancellationToken)
    {
        await CloseAsync(cancellationToken);
        return _files;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (OpenInput input in _open)
            await input.Staged.DisposeAsync();
    }

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        foreach (OpenInput input in _open)
            await using (input.Staged)
                _files.Add(await CommitAsync(input, cancellationToken));
        _open.Clear();
    }

    private async Task<SnapshotFile> CommitAsync(OpenInput input, CancellationToken cancellationToken)
    {
        string hash = await ContentHash.OfAsync(input.Staged.Stream, cancellationToken);
        string key = folder.Key($"{_files.Count:D5}-{hash[..16]}.{(input.Format == FileFormat.Csv ? "csv" : "jsonl")}"), numbers = key + ".records.json";
        await folder.Store.PutAsync(numbers, JsonSerializer.SerializeToUtf8Bytes([.. input.Numbers], WorkJson.Default.Int64Array), PutCondition.IfAbsent, cancellationToken);

        // Where the name is taken, the same content stands there already: an earlier run got as far as this.
        ObjectProperties written = await input.Staged.CommitAsync(key, PutCondition.IfAbsent, cancellationToken)
            ?? await folder.Store.FindAsync(key, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Transient, $"{new StoreLocation(folder.Store, key)} was there and is gone. Leave the run folder alone, and try again.");
        SnapshotFile origin = job.Snapshot[input.File];
        var file = new SnapshotFile(key, written.Length, written.ETag, origin.Partitions)
        {
            Origin = new SnapshotOrigin(input.File, job.NameOf(origin), input.Format, input.Header, numbers),
        };
        await RequireWholeAsync(file, input.Numbers.Count, cancellationToken);
        return file;
    }

    // Each record was looked at alone; together they must be as many.
    private async Task RequireWholeAsync(SnapshotFile file, long records, CancellationToken cancellationToken)
    {
        IRecordFormat format = RecordFormats.For(file.Origin!.Format, job.Pipeline.Source.Csv);
        var written = new SourceFile(folder.Store, file.Key, file.Length, file.ETag);
        IReadOnlyList<Segment> segments = await format.SplitAsync(written, 0, long.MaxValue / 2, cancellationToken);
        if (segments.Sum(s => s.Records) != records)
            throw new BatchFunctionsException(ErrorKind.Internal, $"{written} was written with {records} records and has {segments.Sum(s => s.Records)}. Report this.");
    }

    private async Task<string> ReadHeaderAsync(int index, CancellationToken cancellationToken)
    {
        SnapshotFile pinned = job.Snapshot[index];
        var file = new SourceFile(source.Store, source.Key(pinned.Key), pinned.Length, pinned.ETag);
        try
        {
            Schema columns = await RecordFormats.For(FileFormat.Csv, job.Pipeline.Source.Csv).ReadSchemaAsync(file, cancellationToken);
            return RecordText.HeaderOf(columns.Select(c => c.Name), _dialect);
        }
        catch (BatchFunctionsException lost) when (lost.Kind is ErrorKind.Integrity)
        {
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"The rejects of {file} cannot be read, since its header is needed and cannot be: {lost.Message} Give corrected records with values of their own: a CSV file with a header, Parquet or JSON Lines.",
                lost);
        }
    }

    private sealed class OpenInput(int file, FileFormat format, string? header, StagedObject staged)
    {
        public int File { get; } = file;

        public FileFormat Format { get; } = format;

        public string? Header { get; } = header;

        public StagedObject Staged { get; } = staged;

        public List<long> Numbers { get; } = [];

        public void Add(ReadOnlySpan<byte> line)
        {
            Staged.Stream.Write(line);
            Staged.Stream.Write("\n"u8);
        }
    }
}
