namespace BatchFunctions.Cli.Remote;

/// <summary>Asks a server again that does not answer, with growing pauses, as one that is being restarted does not for a while.</summary>
/// <param name="time">The clock.</param>
/// <param name="notice">Told once for each time that the server is away, and when it is back.</param>
internal sealed class Patience(TimeProvider time, Action<string> notice)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(5);

    /// <summary>Tries until the server answers.</summary>
    /// <exception cref="BatchFunctionsException">It did not for two minutes; or what it answered says that it will not.</exception>
    public async Task<T> TryAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var isAway = false;
        for (var pause = FirstPause; ; pause = 2 * pause < MaxPause ? 2 * pause : MaxPause)
        {
            try
            {
                var result = await work();
                if (isAway)
                    notice("The server answers again.");
                return result;
            }
            catch (ServerUnreachableException exception) when (time.GetElapsedTime(start) < Limit)
            {
                if (!isAway)
                    notice($"{exception.Message} Trying again for {Limit.TotalMinutes:0} minutes.");
                isAway = true;
            }
            catch (ServerUnreachableException exception)
            {
                throw new BatchFunctionsException(ErrorKind.Environment, $"{exception.Message} It was tried for {Limit.TotalMinutes:0} minutes. Start the server, or check --server.", exception);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
