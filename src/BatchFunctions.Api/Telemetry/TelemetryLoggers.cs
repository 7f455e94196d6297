using Microsoft.Extensions.Logging;

namespace BatchFunctions.Api.Telemetry;

/// <summary>Loggers that write where they wrote before, and to the receivers of telemetry too.</summary>
public static class TelemetryLoggers
{
    /// <summary>Makes them.</summary>
    /// <param name="export">What is sent; null for nothing more.</param>
    /// <param name="own">Where the host logs by itself.</param>
    /// <returns><paramref name="own"/> where nothing is sent, else a factory that is disposed of before it.</returns>
    public static ILoggerFactory With(this TelemetryExport? export, ILoggerFactory own) => export is null
        ? own
        : LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(LogLevel.Information).AddFilter<Forwarding>(null, LogLevel.Trace).AddProvider(new Forwarding(own));
            export.AddTo(logging);
        });

    private sealed class Forwarding(ILoggerFactory own) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => own.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }
}
