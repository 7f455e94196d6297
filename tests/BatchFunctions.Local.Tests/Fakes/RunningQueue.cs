namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>An engine's queue, at work until this is disposed of.</summary>
internal sealed class RunningQueue : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    private RunningQueue(EmbeddedEngine engine) => _run = engine.RunQueueAsync(_stop.Token);

    public static RunningQueue Of(EmbeddedEngine engine) => new(engine);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }
}
