using BatchFunctions.Api;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Local.Serving;

/// <summary>
/// Looks for what has to be started, again and again. A look that fails changes the server's health, is logged, and is made again after
/// growing pauses; it never stops the server.
/// </summary>
internal sealed class TriggerLoop(string name, TimeSpan interval, Func<CancellationToken, Task> look, HostCondition condition, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);

    /// <summary>Runs until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var pause = interval;
        try
        {
            while (true)
            {
                pause = await TryAsync(stop) ? interval : TimeSpan.FromTicks(Math.Max(interval.Ticks, Math.Min(2 * pause.Ticks, MaxPause.Ticks)));
                await Task.Delay(pause, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> TryAsync(CancellationToken stop)
    {
        try
        {
            await look(stop);
            if (condition.Report(name, isWell: true))
                logger.LogInformation("Looking for {Trigger} works again.", name);
            return true;
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && stop.IsCancellationRequested))
        {
            if (condition.Report(name, isWell: false))
                logger.LogError(exception, "Looking for {Trigger} failed. It is tried again; jobs run all the same.", name);
            else
                logger.LogDebug(exception, "Looking for {Trigger} failed again.", name);
            return false;
        }
    }
}
