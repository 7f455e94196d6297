namespace BatchFunctions.Local;

/// <summary>A try of an activity that failed.</summary>
/// <param name="InstanceId">The workflow instance that asked for the activity.</param>
/// <param name="Step">The step's number in it.</param>
/// <param name="Activity">The activity's name.</param>
/// <param name="Attempt">The number of the try, from 1.</param>
/// <param name="Kind">What kind of error ended it.</param>
/// <param name="Message">The error's message.</param>
/// <param name="At">When it failed.</param>
public sealed record FailedAttempt(
    string InstanceId, int Step, string Activity, int Attempt, ErrorKind Kind, string Message, DateTimeOffset At);
