using System.Text;
using BatchFunctions.Api.Telemetry;
using BatchFunctions.Baselines;
using BatchFunctions.Incremental;
using BatchFunctions.Lineage;
using BatchFunctions.Local;
using BatchFunctions.Models;
using BatchFunctions.Notifications;
using BatchFunctions.Reprocessing;
using BatchFunctions.Retention;
using BatchFunctions.Sql;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using BatchFunctions.Tier;
using BatchFunctions.Verification;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Cli.Jobs;

/// <summary>The library and the engine, put together for the folders of a command line. What is not needed is not made.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    private readonly CommandScope _scope;
    private readonly TelemetryExport? _telemetry;
    private readonly ILoggerFactory _loggers;
    private readonly JobServices _services;
    private JobRuntime? _runtime;

    public Workplace(CommandScope scope)
    {
        _scope = scope;
        _telemetry = TelemetryExport.Start(TelemetrySettings.Read(scope.Terminal.EnvironmentVariable), "batchfn");
        _loggers = _telemetry.With(scope.CreateLoggers());
        _services = new JobServices
        {
            Stores = new StoreResolver(timeProvider: scope.Terminal.Time),
            ModelsFolder = scope.Folders.Models,
            WorkFolder = scope.Folders.Work,
            BaseFolder = scope.Terminal.CurrentFolder,
            EnvironmentVariable = scope.Terminal.EnvironmentVariable,
            Notifications = NotificationOptions.Read(scope.Terminal.EnvironmentVariable),
            Tier = TierOptions.Read(scope.Terminal.EnvironmentVariable),
            Time = scope.Terminal.Time,
            Views = new SqlViewEngine(SqlOptions.Read(scope.Terminal.EnvironmentVariable)),
            Loggers = _loggers,
        };
    }

    /// <summary>The activities of jobs.</summary>
    public JobRuntime Runtime => _runtime ??= new JobRuntime(_services);

    /// <summary>The model registry.</summary>
    public ModelRegistry Models => new(_services.Stores.Resolve(_services.ModelsFolder, _services.BaseFolder), _services.Time);

    /// <summary>Makes baselines.</summary>
    public BaselineMaker Baselines => new(_services);

    /// <summary>How far pipelines have scored their sources.</summary>
    public PipelineMark Marks => new(_services);

    /// <summary>Looks at jobs' output again.</summary>
    public JobVerifier Verifier => new(_services);

    /// <summary>What an address leads to.</summary>
    public StoreLocation Locate(string address) => _services.Stores.Resolve(address, _services.BaseFolder);

    /// <summary>The tables of a folder.</summary>
    public TableCatalog TablesOf(string folder) => new(_services.Stores.Resolve(folder, _services.BaseFolder), _services.Time, _loggers);

    /// <summary>Opens the engine to run jobs, and makes its journal where there is none.</summary>
    public Task<EmbeddedEngine> OpenEngineAsync(CancellationToken cancellationToken) => OpenEngineAsync(Runtime.Catalog, cancellationToken);

    /// <summary>Opens the engine to ask it for jobs; null where there is no journal, so that nothing is made by asking.</summary>
    public async Task<EmbeddedEngine?> FindEngineAsync(CancellationToken cancellationToken) =>
        File.Exists(_scope.Folders.Journal) ? await OpenEngineAsync(new WorkflowCatalog(new ActivityCatalog()), cancellationToken) : null;

    /// <summary>What is known of a job.</summary>
    /// <exception cref="BatchFunctionsException">There is no such job.</exception>
    public async Task<JobRecord> RequireJobAsync(string jobId, CancellationToken cancellationToken)
    {
        if (await FindEngineAsync(cancellationToken) is { } engine)
            await using (engine)
                if (await engine.FindAsync(jobId, cancellationToken) is { } job)
                    return job;
        throw new BatchFunctionsException(
            ErrorKind.Request, $"There is no job '{jobId}' in {_scope.Folders.Journal}. '{_scope.CommandLineFor("list")}' shows those that there are.");
    }

    /// <summary>Makes the request that has a job's rejects scored again.</summary>
    /// <exception cref="BatchFunctionsException">They cannot be.</exception>
    public async Task<JobRequest> DraftReprocessAsync(JobRecord job, ReprocessWish wish, CancellationToken cancellationToken)
    {
        await using var engine = await OpenEngineAsync(new WorkflowCatalog(new ActivityCatalog()), cancellationToken);
        return await new ReprocessDraft(_services, engine).MakeAsync(job, wish, "cli", cancellationToken);
    }

    /// <summary>Asks for the lineage of jobs and models, with the jobs of the journal, where there is one.</summary>
    public async Task<T> ReadLineageAsync<T>(Func<LineageReader, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var engine = await FindEngineAsync(cancellationToken);
        return await read(new LineageReader(_services, engine));
    }

    /// <summary>The address of a job's run folder, by the journal or by the note that the job left when it was pinned.</summary>
    /// <exception cref="BatchFunctionsException">The job is not known, or has none.</exception>
    public async Task<string> FindRunAsync(string jobId, CancellationToken cancellationToken)
    {
        await using var engine = await FindEngineAsync(cancellationToken);
        var job = engine is null ? null : await engine.FindAsync(jobId, cancellationToken);
        if (job?.Request.Reprocess is { } reprocess)
            throw new BatchFunctionsException(ErrorKind.Request, $"{jobId} is a reprocess of job {reprocess.JobId} and has left its output there. Archive {reprocess.JobId}.");
        return job?.Result?.RunFolder
            ?? (await new LineageReader(_services, engine).FindAsync(jobId, cancellationToken))?.Use.RunFolder
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"No run of a job '{jobId}' is known in {_scope.Folders.Work}. '{_scope.CommandLineFor("list")}' shows the jobs.");
    }

    /// <summary>Works with archives, with the jobs of the journal, where there is one.</summary>
    public async Task<T> ArchiveAsync<T>(Func<RunArchive, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var engine = await FindEngineAsync(cancellationToken);
        return await work(new RunArchive(_services, engine));
    }

    /// <summary>Works with pipelines' retention, with the jobs of the journal, where there is one.</summary>
    public async Task<T> CleanAsync<T>(Func<PipelineRetention, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var engine = await FindEngineAsync(cancellationToken);
        return await work(new PipelineRetention(_services, engine));
    }

    /// <summary>Where a run is: in its folder, or in the archive that it was moved to.</summary>
    public Task<string> FollowAsync(string runFolder, CancellationToken cancellationToken) => new RunArchive(_services, null).FollowAsync(runFolder, cancellationToken);

    /// <summary>The text at an address, or null where there is nothing.</summary>
    public async Task<string?> FindTextAsync(string address, CancellationToken cancellationToken) =>
        await FindBytesAsync(address, cancellationToken) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The bytes at an address, or null where there is nothing.</summary>
    public async Task<byte[]?> FindBytesAsync(string address, CancellationToken cancellationToken)
    {
        var location = _services.Stores.Resolve(address, _services.BaseFolder);
        if (await location.Store.FindAsync(location.Path, cancellationToken) is not { } found)
            return null;
        var bytes = new byte[found.Length];
        await location.Store.ReadAsync(location.Path, 0, bytes, found.ETag, cancellationToken);
        return bytes;
    }

    /// <summary>The bytes at an address that must be there.</summary>
    /// <param name="what">What is there, for messages.</param>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BatchFunctionsException">There is nothing.</exception>
    public async Task<byte[]> ReadBytesAsync(string what, string address, CancellationToken cancellationToken) =>
        await FindBytesAsync(address, cancellationToken)
        ?? throw new BatchFunctionsException(ErrorKind.Request, $"There is no {what} {address}. Check its path.");

    /// <summary>An ONNX file with its manifest: the one named, else <c>manifest.yaml</c> beside it, else none.</summary>
    /// <exception cref="BatchFunctionsException">One that was named is not there.</exception>
    public async Task<(byte[] Model, string? Manifest, string ManifestFile)> ReadModelAsync(string model, string? manifest, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync("model file", model, cancellationToken);
        var file = manifest ?? model[..(model.LastIndexOf('/') + 1)] + "manifest.yaml";
        var text = manifest is null ? await FindTextAsync(file, cancellationToken) : Encoding.UTF8.GetString(await ReadBytesAsync("manifest", file, cancellationToken));
        return (bytes, text, file);
    }

    /// <summary>Writes a text to an address where nothing is yet.</summary>
    /// <exception cref="BatchFunctionsException">There is something.</exception>
    public async Task WriteNewAsync(string address, string text, CancellationToken cancellationToken)
    {
        var location = _services.Stores.Resolve(address, _services.BaseFolder);
        if (await location.Store.PutAsync(location.Path, Encoding.UTF8.GetBytes(text), PutCondition.IfAbsent, cancellationToken) is null)
            throw new BatchFunctionsException(ErrorKind.Request, $"{address} exists already and is not overwritten. Take another name, or remove it first.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_runtime is not null)
            await _runtime.DisposeAsync();
        _loggers.Dispose();
        _telemetry?.Dispose();
    }

    private Task<EmbeddedEngine> OpenEngineAsync(WorkflowCatalog catalog, CancellationToken cancellationToken) =>
        EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions { JournalPath = _scope.Folders.Journal }, catalog, _services.Time, _loggers, cancellationToken);
}
