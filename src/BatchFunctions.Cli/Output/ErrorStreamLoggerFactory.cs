using System.Globalization;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Cli.Output;

/// <summary>Writes logs to stderr, a line each: all of them for <c>--verbose</c>, those of a server from a level on, with their day.</summary>
internal sealed class ErrorStreamLoggerFactory(TextWriter error, TimeProvider time, LogLevel minimum = LogLevel.Debug, bool withDay = false) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Logger(
        error,
        time,
        categoryName[(categoryName.LastIndexOf('.') + 1)..],
        IsOfFramework(categoryName) && minimum < LogLevel.Warning ? LogLevel.Warning : minimum,
        withDay ? "yyyy-MM-dd HH:mm:ss.fff" : "HH:mm:ss.fff");

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The command line logs to stderr only.");

    public void Dispose()
    {
    }

    private static bool IsOfFramework(string category) => category.StartsWith("Microsoft.", StringComparison.Ordinal);

    private sealed class Logger(TextWriter error, TimeProvider time, string category, LogLevel minimum, string clock) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var line = FormattableString.Invariant($"{time.GetLocalNow().ToString(clock, CultureInfo.InvariantCulture)} {Word(logLevel)} {category}: {formatter(state, exception)}");
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
