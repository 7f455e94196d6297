using System.Globalization;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using BatchFunctions.Workflow;

namespace BatchFunctions.Incremental;

/// <summary>How far the jobs of a pipeline have scored its source, to be looked at and to be moved by hand.</summary>
/// <param name="services">What the machine offers.</param>
public sealed class PipelineMark(JobServices services)
{
    /// <summary>Reads the mark.</summary>
    /// <param name="pipelineFile">The address of the pipeline's file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the pipeline is wrong, or has no <c>source.since</c>.</exception>
    public async Task<MarkView> ReadAsync(string pipelineFile, CancellationToken cancellationToken)
    {
        LoadedPipeline loaded = await LoadAsync(pipelineFile, cancellationToken);
        string name = loaded.Definition.Name;
        return MarkView.Of(name, (await services.MarkOf(name).ReadAsync(cancellationToken))?.Value ?? new InputMark());
    }

    /// <summary>Moves the mark.</summary>
    /// <param name="pipelineFile">The address of the pipeline's file.</param>
    /// <param name="wish">Where to.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="force">Whether jobs that have not come to the end of their publication do not matter.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the source has no such place, or a job is publishing.</exception>
    public async Task<MarkView> MoveAsync(string pipelineFile, MarkWish wish, string by, string? reason, bool force, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wish);
        LoadedPipeline loaded = await LoadAsync(pipelineFile, cancellationToken);
        InputMark wanted = wish.IsReset ? new InputMark() : await FindAsync(loaded, wish, by, cancellationToken);
        var move = new MarkMove(by, services.Time.GetUtcNow(), wanted.Table is null ? wanted.Files.Count : null, wanted.Table?.Version, reason);
        InputMark? moved = await services.MarkOf(loaded.Definition.Name).ChangeAsync(
            mark =>
            {
                if (!force && mark?.Claims is [{ JobId: var job }, ..])
                {
                    throw new BatchFunctionsException(
                        ErrorKind.Request,
                        $"Job {job} is publishing what it has scored, or was broken off while it did. Let it end first, with 'batchfn resume {job}', or 'batchfn retry {job}' where it has failed. --force moves the mark all the same; records may then be scored twice.");
                }

                return Task.FromResult<InputMark?>((wanted with { Moves = mark?.Moves ?? [] }).With([], null, move));
            },
            cancellationToken);
        return MarkView.Of(loaded.Definition.Name, moved!);
    }

    private async Task<LoadedPipeline> LoadAsync(string pipelineFile, CancellationToken cancellationToken)
    {
        LoadedPipeline loaded = await PipelineFile.ReadAsync(
            services, new JobRequest { JobId = "since", Pipeline = pipelineFile, RequestedAt = services.Time.GetUtcNow() }, cancellationToken);
        return loaded.Definition.Source.Since is not null
            ? loaded
            : throw new BatchFunctionsException(ErrorKind.Request, $"{pipelineFile} has no source.since, so that each of its jobs scores everything and there is no mark. Write source.since: last_run to score only what is new.");
    }

    private async Task<InputMark> FindAsync(LoadedPipeline loaded, MarkWish wish, string by, CancellationToken cancellationToken)
    {
        PipelineDefinition pipeline = loaded.Definition;
        StoreLocation source = services.Stores.Resolve(pipeline.Source.Path, loaded.SourceFolder);
        DateOnly today = DateOnly.FromDateTime(services.Time.GetUtcNow().UtcDateTime);
        if (await SourceTable.FindAsync(source, today, version: null, services.Time, services.Loggers, cancellationToken) is { } newest)
        {
            TableState table = wish.Version is null ? newest : (await SourceTable.FindAsync(source, today, wish.Version, services.Time, services.Loggers, cancellationToken))!;
            return wish.Until is null
                ? new InputMark { Table = new MarkedTable((source with { Path = SourcePattern.Parse(source.Path, today).Text }).ToString(), table.Id, table.Version) }
                : throw new BatchFunctionsException(ErrorKind.Request, $"{source} is a Delta table, whose mark is a version and no date: write --version N, or --all.");
        }

        if (wish.Version is not null)
            throw new BatchFunctionsException(ErrorKind.Request, $"source.path is {pipeline.Source.Path}, which is no Delta table and has no versions. Write --all, or --until with a date where the path has {{date}}.");
        if (wish.Until is { } day && !SourcePattern.DateToken().IsMatch(source.Path))
            throw new BatchFunctionsException(ErrorKind.Request, string.Create(CultureInfo.InvariantCulture, $"source.path is {pipeline.Source.Path} and has no {{date}}, so that no file can be told to be of {day:yyyy-MM-dd}. Write --all."));
        IEnumerable<SnapshotFile> files = (await SnapshotReader.ListAsync(source, pipeline.Source.Format, cancellationToken))
            .Where(f => wish.Until is null || f.Date <= wish.Until)
            .Select(f => f.File);
        return new InputMark { Files = [.. files.Select(f => new MarkedFile(IncrementReader.AddressOf(source.Store.Address, f.Key), f.ETag, by)).OrderBy(f => f.Address, StringComparer.Ordinal)] };
    }
}
