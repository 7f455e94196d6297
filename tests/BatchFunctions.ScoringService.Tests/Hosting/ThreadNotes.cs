using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.ScoringService.Tests.Hosting;

/// <summary>Notes on what kind of thread something is logged.</summary>
/// <param name="start">How the messages start that are meant.</param>
internal sealed class ThreadNotes(string start) : ILoggerProvider, ILogger
{
    /// <summary>For each of the messages, whether a thread of the pool wrote it.</summary>
    public ConcurrentQueue<bool> Pooled { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (formatter(state, exception).StartsWith(start, StringComparison.Ordinal))
            Pooled.Enqueue(Thread.CurrentThread.IsThreadPoolThread);
    }

    public void Dispose()
    {
    }
}
