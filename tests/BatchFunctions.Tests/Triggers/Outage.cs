namespace BatchFunctions.Tests.Triggers;

/// <summary>Lets a call of a store or an engine fail, and all that come after it, as in a process that is killed there.</summary>
internal sealed class Outage
{
    private int _callsLeft = int.MaxValue;
    private readonly Lock _gate = new();
    private bool _afterwards;

    /// <summary>The number of calls since the last <see cref="Clear"/>.</summary>
    public int Calls { get; private set; }

    /// <summary>Lets the process end at a call.</summary>
    /// <param name="call">The number of the call, from 0.</param>
    /// <param name="afterwards">Whether the call still takes effect, and only its answer is lost.</param>
    public void StrikeAt(int call, bool afterwards) => (_callsLeft, _afterwards, Calls) = (call, afterwards, 0);

    public void Clear() => (_callsLeft, Calls) = (int.MaxValue, 0);

    public async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        int left;
        lock (_gate)
        {
            left = _callsLeft;
            if (left is > 0 and < int.MaxValue)
                _callsLeft--;
            if (left == 0)
                _callsLeft = -1;
            Calls++;
        }

        if (left < 0 || (left == 0 && !_afterwards))
            throw new SimulatedCrashException();
        T result = await call();
        return left == 0 ? throw new SimulatedCrashException() : result;
    }
}
