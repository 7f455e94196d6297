using System.Collections.Concurrent;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tests.Triggers;

/// <summary>An engine that accepts jobs, durably as it were, and never runs them.</summary>
internal sealed class FakeJobEngine
{
    private readonly ConcurrentDictionary<string, JobRequest> _jobs = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<JobRequest> _inOrder = new();

    /// <summary>What was accepted, in this order.</summary>
    public IReadOnlyList<JobRequest> Jobs => [.. _inOrder];

    /// <summary>The ids of what was accepted, in this order.</summary>
    public IEnumerable<string> Ids => _inOrder.Select(j => j.JobId);

    /// <summary>Whether starts are refused for now.</summary>
    public Func<JobRequest, bool> IsDown { get; set; } = _ => false;

    public JobStart Start(JobRequest request)
    {
        if (IsDown(request))
            throw new BatchFunctionsException(ErrorKind.Transient, "The engine is down.");
        bool isNew = _jobs.TryAdd(request.JobId, request);
        if (isNew)
            _inOrder.Enqueue(request);
        JobRequest job = _jobs[request.JobId];
        return new JobStart(new JobRecord(job.JobId, JobStatus.Pending, job, null, null, job.RequestedAt, job.RequestedAt, null), isNew, request.IsSameAs(job));
    }

    /// <summary>The engine as a process reaches it.</summary>
    public IJobEngine Through(Outage outage) => new Connection(this, outage);

    private sealed class Connection(FakeJobEngine engine, Outage outage) : IJobEngine
    {
        public string Name => "fake";

        public Task<JobStart> StartAsync(JobRequest request, CancellationToken cancellationToken) =>
            outage.CallAsync(() => Task.FromResult(engine.Start(request)));

        public Task<JobRecord?> FindAsync(string jobId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JobChange> CancelAsync(string jobId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JobChange> RetryAsync(string jobId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JobChange> ForgetAsync(string jobId, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
