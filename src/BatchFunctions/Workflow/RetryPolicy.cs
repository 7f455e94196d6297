namespace BatchFunctions.Workflow;

/// <summary>How often and how patiently a failed activity is tried again. Only errors that may pass are retried: see <see cref="ActivityFailedException.IsRetriable"/>.</summary>
/// <param name="Attempts">How often it is tried in all; 1 for no retry.</param>
/// <param name="FirstDelay">The wait before the second try.</param>
/// <param name="Backoff">What the wait is multiplied by from try to try; at least 1.</param>
/// <param name="MaxDelay">The longest wait.</param>
public sealed record RetryPolicy(int Attempts, TimeSpan FirstDelay, double Backoff, TimeSpan MaxDelay)
{
    /// <summary>No retry.</summary>
    public static RetryPolicy None { get; } = new(1, TimeSpan.Zero, 1, TimeSpan.Zero);

    /// <summary>
    /// The wait after try number <paramref name="attempt"/> failed: <c>FirstDelay × Backoff^(attempt - 1)</c>, at most <see cref="MaxDelay"/>.
    /// </summary>
    /// <param name="attempt">The number of the try that failed, from 1.</param>
    public TimeSpan DelayAfter(int attempt)
    {
        var ticks = FirstDelay.Ticks * Math.Pow(Math.Max(1, Backoff), Math.Max(0, attempt - 1));
        return ticks < MaxDelay.Ticks ? TimeSpan.FromTicks((long)ticks) : MaxDelay;
    }
}
