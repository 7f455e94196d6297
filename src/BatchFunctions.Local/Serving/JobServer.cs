using BatchFunctions.Api;
using BatchFunctions.Retention;
using BatchFunctions.Triggers;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Local.Serving;

/// <summary>
/// The embedded engine as a service of one machine: it runs the jobs that wait, starts what schedules and arriving files want, and
/// answers the API. Whatever was running when it last stopped goes on.
/// </summary>
public sealed class JobServer : IAsyncDisposable
{
    private const string Cleaner = "batchfn serve";

    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    private readonly JobServerOptions _options;
    private readonly ServeLock _lock;
    private readonly JobRuntime _runtime;
    private readonly EmbeddedEngine _engine;
    private readonly HostCondition _condition = new();
    private readonly ILogger _logger;
    private JobWeb? _web;

    private JobServer(JobServerOptions options, ServeLock serveLock, JobRuntime runtime, EmbeddedEngine engine)
    {
        (_options, _lock, _runtime, _engine) = (options, serveLock, runtime, engine);
        _logger = options.Services.Loggers.CreateLogger<JobServer>();
        Pipelines = new PipelineFolder(options.Services, options.Pipelines);
    }

    /// <summary>The folder of pipelines.</summary>
    public PipelineFolder Pipelines { get; }

    /// <summary>Where the API is, with the port that was found.</summary>
    public Uri Url => _web!.Url;

    /// <summary>Opens the journal and begins to answer; jobs and triggers wait for <see cref="RunAsync"/>.</summary>
    /// <param name="options">How the server is set up.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="BatchFunctionsException">
    /// Another server has the journal, it cannot be opened, the port is taken, or an address is wrong.
    /// </exception>
    public static async Task<JobServer> StartAsync(JobServerOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var services = options.Services;
        var serveLock = ServeLock.Take(options.Engine.JournalPath, services.Time);
        var runtime = new JobRuntime(services);
        JobServer server;
        try
        {
            var engine = await EmbeddedEngine.OpenAsync(options.Engine, runtime.Catalog, services.Time, services.Loggers, cancellationToken);
            server = new JobServer(options, serveLock, runtime, engine);
        }
        catch
        {
            await runtime.DisposeAsync();
            serveLock.Dispose();
            throw;
        }

        try
        {
            await server.ListenAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Runs jobs and triggers until it is stopped: then it takes no more requests, and interrupts the jobs at work, which go on when a
    /// server is started again.
    /// </summary>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="BatchFunctionsException">The journal cannot be written any more.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var schedules = new ScheduleTrigger(_engine, Pipelines, _options.Services);
        var arrivals = new ArrivalTrigger(_engine, Pipelines, _options.Services);
        Task[] parts =
        [
            _engine.RunQueueAsync(ending.Token),
            LoopAsync("schedules", _options.TickInterval, schedules.StartDueAsync, ending.Token),
            LoopAsync("arrivals", _options.PollInterval, LookForArrivalsAsync, ending.Token),
            .. _options.CleanInterval is { } interval
                ? (Task[])[LoopAsync("retention", interval, new RetentionSweep(_options.Services, Pipelines, _engine, Cleaner).CleanAsync, ending.Token)]
                : [],
        ];
        async Task LookForArrivalsAsync(CancellationToken cancellationToken)
        {
            await arrivals.PollAsync(cancellationToken);
            await arrivals.StartDueAsync(cancellationToken);
        }

        try
        {
            // Only a journal that cannot be written ends one of them before it is told to.
            await await Task.WhenAny(parts);
        }
        finally
        {
            await CloseAsync();
            await ending.CancelAsync();
            await Task.WhenAll(parts);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
            await _web.DisposeAsync();
        await _engine.DisposeAsync();
        await _runtime.DisposeAsync();
        _lock.Dispose();
    }

    private Task LoopAsync(string name, TimeSpan interval, Func<CancellationToken, Task> look, CancellationToken stop) =>
        new TriggerLoop(name, interval, look, _condition, _options.Services.Time, _logger).RunAsync(stop);

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var api = new JobApi(_engine, _options.Services, Pipelines, _condition, new JobApiOptions());
        _web = await JobWeb.StartAsync(api, _options.Listen, _options.Port, _options.Key(), _options.Services.Loggers, cancellationToken);
    }

    private async Task CloseAsync()
    {
        if (_web is null)
            return;
        using var limit = new CancellationTokenSource(CloseLimit, _options.Services.Time);
        await _web.StopAsync(limit.Token);
    }
}
