namespace BatchFunctions.Local;

/// <summary>An activity failed and will be tried again.</summary>
/// <param name="Activity">The activity's name.</param>
/// <param name="Attempt">The number of the try that failed, from 1.</param>
/// <param name="Attempts">How often it is tried in all.</param>
/// <param name="Message">What it failed of.</param>
/// <param name="Delay">The wait before the next try.</param>
public sealed record RetryNotice(string Activity, int Attempt, int Attempts, string Message, TimeSpan Delay);
