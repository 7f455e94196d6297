using Microsoft.Extensions.Logging;

namespace BatchFunctions.Cli.Output;

/// <summary>Writes logs to stderr, a line each, for <c>--verbose</c>.</summary>
internal sealed class ErrorStreamLoggerFactory(TextWriter error, TimeProvider time) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Logger(error, time, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The command line logs to stderr only.");

    public void Dispose()
    {
    }

    private sealed class Logger(TextWriter error, TimeProvider time, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var line = FormattableString.Invariant($"{time.GetLocalNow():HH:mm:ss.fff} {Word(logLevel)} {category}: {formatter(state, exception)}");
            error.WriteLine(exception is null ? line : $"{line}{Environment.NewLine}{exception}");
        }

        private static string Word(LogLevel level) => level switch
        {
            LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warning",
            _ => "error",
        };
    }
}
