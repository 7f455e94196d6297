using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>How a failed activity is tried again: the <c>retry</c> key. Only what may pass by itself is retried.</summary>
public sealed record RetryDefinition
{
    /// <summary>How often an activity is tried in all. Default: 3.</summary>
    [Key(Min = 1, Max = 100)]
    public int Attempts { get; init; } = 3;

    /// <summary>The wait before the second try. Default: 10 seconds.</summary>
    [Key(Min = 0)]
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What the wait is multiplied by from try to try. Default: 2.</summary>
    [Key(Min = 1, Max = 100)]
    public double Backoff { get; init; } = 2;

    /// <summary>The longest wait. Default: 1 hour.</summary>
    [Key(Min = 0)]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromHours(1);
}
