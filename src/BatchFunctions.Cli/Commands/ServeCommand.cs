using System.CommandLine;
using System.Net;
using BatchFunctions.Api;
using BatchFunctions.Api.Serving;
using BatchFunctions.Api.Telemetry;
using BatchFunctions.Cli.Output;
using BatchFunctions.Cli.Serving;
using BatchFunctions.Local;
using BatchFunctions.Local.Serving;
using BatchFunctions.Sql;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn serve</c>: jobs by schedule, by files that arrive and by HTTP.</summary>
internal sealed class ServeCommand : CommandDefinition
{
    private readonly Option<string?> _pipelines = new("--pipelines")
    {
        Description = "The folder of pipeline files. Default: BATCHFN_PIPELINES, else 'pipelines' in the data folder.",
        HelpName = "FOLDER",
    };

    private readonly Option<string[]> _roots = new("--root")
    {
        Description = "A folder, besides those of pipelines, models and work files, that input and output may lie below; may be repeated. Default: BATCHFN_ROOTS, separated by ';'.",
        HelpName = "FOLDER",
    };

    private readonly Option<int> _port = new("--port")
    {
        Description = "The port to listen on; 0 takes a free one.",
        HelpName = "PORT",
        DefaultValueFactory = _ => JobServerOptions.DefaultPort,
    };

    private readonly Option<string?> _listen = new("--listen")
    {
        Description = "Listen on another address than 127.0.0.1. Needs BATCHFN_API_KEY, and something in front of it that does TLS.",
        HelpName = "ADDRESS",
    };

    private readonly Option<int?> _maxJobs = new("--max-jobs") { Description = "How many jobs run at once; more wait. Default: the number of processors, at least 2.", HelpName = "N" };

    private readonly Option<double> _poll = new("--poll")
    {
        Description = "How often, in seconds, the sources of pipelines are looked through for files that arrived.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<double> _clean = new("--clean")
    {
        Description = "How often, in hours, what the pipelines' retention does not keep is removed or archived, as 'batchfn clean' does; 0 for never.",
        HelpName = "HOURS",
        DefaultValueFactory = _ => 6,
    };

    /// <inheritdoc/>
    protected override Command Describe()
    {
        _maxJobs.Validators.Add(result => JobOptions.RequirePositive(result, "--max-jobs"));
        _port.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() is >= 0 and <= 65535)
                return;
            result.AddError("--port has to be 0 to 65535.");
        });
        _poll.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<double>() is >= 0.1 and <= 86400)
                return;
            result.AddError("--poll has to be 0.1 to 86400 seconds.");
        });
        _clean.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<double>() is 0 or (>= 0.001 and <= 8760))
                return;
            result.AddError("--clean has to be 0.001 to 8760 hours, or 0 for never.");
        });
        return new Command("serve", "Run jobs by schedule, by files that arrive and by HTTP, until it is stopped.") { _pipelines, _roots, _port, _listen, _maxJobs, _poll, _clean };
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var terminal = scope.Terminal;
        using var telemetry = TelemetryExport.Start(TelemetrySettings.Read(terminal.EnvironmentVariable), "batchfn-serve");
        using var loggers = telemetry.With(new ErrorStreamLoggerFactory(terminal.Error, terminal.Time, scope.Verbose ? LogLevel.Debug : LogLevel.Information, withDay: true));
        var settings = SettingsOf(scope);
        var services = settings.CreateServices(loggers, terminal.Time) with
        {
            EnvironmentVariable = terminal.EnvironmentVariable,
            Views = new SqlViewEngine(SqlOptions.Read(terminal.EnvironmentVariable)),
        };
        var (listen, ownKey) = (ListenOf(scope), terminal.EnvironmentVariable(ApiKey.Variable) is { Length: > 0 } key ? ApiKey.Require(key, ApiKey.Variable) : null);
        if (ownKey is null && !IPAddress.IsLoopback(listen))
            throw new BatchFunctionsException(ErrorKind.Request, $"--listen {listen} lets other machines in, for which {ApiKey.Variable} has to be set to a key of your own.");

        var engine = new EmbeddedEngineOptions { JournalPath = scope.Folders.Journal };
        if (scope.Parsed.GetValue(_maxJobs) is { } maxJobs)
            engine = engine with { MaxConcurrentJobs = maxJobs };
        var isRemote = IsRemote(settings.Pipelines) || IsRemote(settings.Work);
        await using var server = await JobServer.StartAsync(
            new JobServerOptions
            {
                Services = services,
                Pipelines = settings.Pipelines,
                Engine = engine,
                Key = () => ownKey ?? ApiKey.FindOrMake(scope.Folders.Data),
                Listen = listen,
                Port = scope.Parsed.GetValue(_port),
                PollInterval = TimeSpan.FromSeconds(scope.Parsed.GetValue(_poll)),
                CleanInterval = scope.Parsed.GetValue(_clean) is > 0 and var hours ? TimeSpan.FromHours(hours) : null,
                TickInterval = TimeSpan.FromSeconds(isRemote ? 10 : 1),
            },
            cancellationToken);
        await new ServeBanner(scope, server, ownKey is null ? ApiKey.PathIn(scope.Folders.Data) : null).WriteAsync(cancellationToken);
        await server.RunAsync(cancellationToken);
        terminal.Error.WriteLine("batchfn: stopped. Jobs that were at work go on when the server is started again.");
        return ExitCodes.Succeeded;
    }

    private HostSettings SettingsOf(CommandScope scope)
    {
        var terminal = scope.Terminal;
        var pipelines = scope.Parsed.GetValue(_pipelines) is { Length: > 0 } given ? given
            : terminal.EnvironmentVariable(HostSettings.PipelinesVariable) is { Length: > 0 } variable ? variable
            : Directory.CreateDirectory(Path.Combine(scope.Folders.Data, "pipelines")).FullName;
        var settings = HostSettings.Read(Folders.Absolute(terminal.CurrentFolder, pipelines), scope.Folders.Models, scope.Folders.Work, terminal.EnvironmentVariable);
        return scope.Parsed.GetValue(_roots) is { Length: > 0 } roots
            ? settings with { Roots = [.. roots.Select(root => Folders.Absolute(terminal.CurrentFolder, root))] }
            : settings;
    }

    private IPAddress ListenOf(CommandScope scope)
    {
        if (scope.Parsed.GetValue(_listen) is not { } text)
            return IPAddress.Loopback;
        return IPAddress.TryParse(text, out var address)
            ? address
            : throw new BatchFunctionsException(ErrorKind.Request, $"--listen is '{text}', which is no IP address. Write one such as 0.0.0.0 or 10.0.0.5.");
    }

    private static bool IsRemote(string address) =>
        address.Contains("://", StringComparison.Ordinal) && !address.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
}
