using System.Globalization;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Incremental;

/// <summary>Finds what no successful job of a pipeline has scored.</summary>
internal sealed class IncrementReader
{
    // A source that is not mounted for a while, or a file that is restored, brings nothing back that was scored.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    private readonly JobServices _services;
    private readonly PipelineDefinition _pipeline;
    private readonly JobRequest _request;
    private readonly bool _isPreview;
    private readonly StateFile<InputMark> _state;
    private readonly ILogger _logger;

    private IncrementReader(JobServices services, PipelineDefinition pipeline, JobRequest request, bool isPreview)
    {
        (_services, _pipeline, _request, _isPreview) = (services, pipeline, request, isPreview);
        _state = services.MarkOf(pipeline.Name);
        _logger = services.Loggers.CreateLogger("BatchFunctions.Job");
    }

    private bool Moves => _request.Output is null;

    /// <summary>The reader for a job; null where the job scores everything that it finds, or an input that the request names.</summary>
    /// <param name="services">What the machine offers.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="request">The request.</param>
    /// <param name="isPreview">Whether nothing is to be written.</param>
    public static IncrementReader? For(JobServices services, PipelineDefinition pipeline, JobRequest request, bool isPreview) =>
        pipeline.Source.Since is null || request.Input is not null ? null : new(services, pipeline, request, isPreview);

    /// <summary>The address by which a mark knows a file.</summary>
    public static string AddressOf(string store, string key) => $"{store.TrimEnd('/')}/{key}";

    /// <summary>Reads which files are new.</summary>
    /// <param name="source">The place that <c>source.path</c> means.</param>
    /// <param name="date">The job's date; where the path has dates, those after it are left for later jobs.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the path has never meant a file, or its dates cannot be read off names.</exception>
    public async Task<Increment> ReadFilesAsync(StoreLocation source, DateOnly date, CancellationToken cancellationToken)
    {
        IReadOnlyList<(SnapshotFile File, DateOnly? Date)> there = await SnapshotReader.ListAsync(source, _pipeline.Source.Format, cancellationToken);
        IReadOnlyList<SnapshotFile> found = [.. there.Where(f => f.Date is null || f.Date <= date).Select(f => f.File)];
        InputMark mark = await ReadMarkAsync(cancellationToken);
        if (found.Count == 0 && mark.Files.Count == 0 && mark.Claims.Count == 0)
            found = await SnapshotReader.ReadAsync(source, date, _pipeline.Source.Format, cancellationToken);
        if (there.Count == 0)
            _logger.LogWarning("{Source} has no file at all, not even those that were scored before. If they were not removed on purpose, see whether it can be reached.", source);
        else if (!_isPreview && Moves)
            await ForgetAsync(there.Select(f => AddressOf(source.Store.Address, f.File.Key)).ToHashSet(StringComparer.Ordinal), cancellationToken);
        return LeaveOutScored(mark, source, found);
    }

    /// <summary>Leaves out of files that arrived what was scored before.</summary>
    public async Task<Increment> LeaveOutScoredAsync(StoreLocation source, IReadOnlyList<SnapshotFile> arrived, CancellationToken cancellationToken) =>
        LeaveOutScored(await ReadMarkAsync(cancellationToken), source, arrived);

    /// <summary>Reads which files brought new rows to a table.</summary>
    /// <param name="source">The place that <c>source.path</c> means.</param>
    /// <param name="date">The job's date.</param>
    /// <param name="table">The table as it stands.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: nobody can tell what is new.</exception>
    public async Task<Increment> ReadTableAsync(StoreLocation source, DateOnly date, TableState table, CancellationToken cancellationToken)
    {
        StoreLocation folder = source with { Path = SourcePattern.Parse(source.Path, date).Text };
        MarkedTable? mark = (await ReadMarkAsync(cancellationToken)).NextTable;
        var pin = new SincePin { Moves = Moves, TableFolder = folder.ToString(), TableId = table.Id, AfterVersion = mark?.Version };
        if (mark is null)
            return new Increment(table.Files.Count == 0 ? [] : await SourceTable.PinAsync(source, date, table, cancellationToken), pin);
        if (mark.Id != table.Id || mark.Version > table.Version)
        {
            throw Unknown(
                table,
                string.Create(CultureInfo.InvariantCulture, $"{folder} is another table than the one that was scored up to version {mark.Version}: it was made anew."));
        }

        IReadOnlyList<TableFile> added;
        try
        {
            added = await new Table(folder, _services.Time, _services.Loggers).ReadAddedAsync(mark.Version, table.Version, cancellationToken);
        }
        catch (BatchFunctionsException e) when (e.Kind == ErrorKind.Request)
        {
            throw Unknown(table, e.Message);
        }

        return new Increment(added.Count == 0 ? [] : await SourceTable.PinAsync(source, date, table with { Files = added }, cancellationToken), pin);
    }

    private async Task<InputMark> ReadMarkAsync(CancellationToken cancellationToken) => (await _state.ReadAsync(cancellationToken))?.Value ?? new InputMark();

    private async Task ForgetAsync(IReadOnlySet<string> present, CancellationToken cancellationToken) => await _state.ChangeAsync(
        mark => Task.FromResult(mark?.Seen(present, _services.Time.GetUtcNow(), Remembered)), cancellationToken);

    private Increment LeaveOutScored(InputMark mark, StoreLocation source, IReadOnlyList<SnapshotFile> found)
    {
        IReadOnlyDictionary<(string, string), string> scored = mark.Versions();
        HashSet<string> known = [.. mark.Files.Select(f => f.Address)];
        SnapshotFile[] files = [.. found.Where(f => !scored.ContainsKey((AddressOf(source.Store.Address, f.Key), f.ETag)))];
        if (files.Length > 0)
            SnapshotReader.RequireSamePartitions(files, source);
        SnapshotFile[] changed = [.. files.Where(f => known.Contains(AddressOf(source.Store.Address, f.Key)))];
        if (changed.Length > 0)
            _logger.LogWarning("{Count} files were changed since they were scored, {File} among them, and all of their records are scored again.", changed.Length, changed[0].Key);
        return new Increment(files, new SincePin { Moves = Moves, FilesScoredBefore = found.Count - files.Length, FilesChanged = changed.Length });
    }

    private BatchFunctionsException Unknown(TableState table, string why) => new(
        ErrorKind.Request,
        string.Create(CultureInfo.InvariantCulture, $"{why} Go on behind it with 'batchfn since set {_request.Pipeline} --version {table.Version}', which leaves all rows up to there unscored that are not scored yet, or score the whole table once more after 'batchfn since reset {_request.Pipeline}'."));
}
