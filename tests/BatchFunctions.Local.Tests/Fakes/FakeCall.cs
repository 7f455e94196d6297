namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>A call of a fake activity.</summary>
/// <param name="Name">The activity's name; for Notify with the event's.</param>
/// <param name="Number">The shard, or a group's first; -1 where there is none.</param>
/// <param name="Try">How often it was called so far.</param>
/// <param name="Divisor">The batch divisor asked for.</param>
/// <param name="Stop">The activity's cancellation token.</param>
internal sealed record FakeCall(string Name, int Number, int Try, int Divisor, CancellationToken Stop)
{
    /// <summary>Interrupts the job, and works on until the engine stops the call, so that the job cannot end before.</summary>
    public async Task InterruptAsync(CancellationTokenSource interrupt)
    {
        await interrupt.CancelAsync();
        await Task.Delay(Timeout.Infinite, Stop);
    }
}
