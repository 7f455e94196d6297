using BatchFunctions.Workflow;

namespace BatchFunctions.Api.Tests.Hosting;

/// <summary>An engine that does its work until a test says what it shall fail with.</summary>
internal sealed class FaultyEngine(IJobEngine engine) : IJobEngine
{
    /// <summary>What every call fails with, or null for nothing.</summary>
    public Exception? Fault { get; set; }

    public string Name => engine.Name;

    public Task<JobStart> StartAsync(JobRequest request, CancellationToken cancellationToken) => AskAsync(() => engine.StartAsync(request, cancellationToken));

    public Task<JobRecord?> FindAsync(string jobId, CancellationToken cancellationToken) => AskAsync(() => engine.FindAsync(jobId, cancellationToken));

    public Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken) => AskAsync(() => engine.ListAsync(query, cancellationToken));

    public Task<JobChange> CancelAsync(string jobId, CancellationToken cancellationToken) => AskAsync(() => engine.CancelAsync(jobId, cancellationToken));

    public Task<JobChange> RetryAsync(string jobId, CancellationToken cancellationToken) => AskAsync(() => engine.RetryAsync(jobId, cancellationToken));

    public Task<JobChange> ForgetAsync(string jobId, CancellationToken cancellationToken) => AskAsync(() => engine.ForgetAsync(jobId, cancellationToken));

    private Task<T> AskAsync<T>(Func<Task<T>> ask) => Fault is { } fault ? Task.FromException<T>(fault) : ask();
}
