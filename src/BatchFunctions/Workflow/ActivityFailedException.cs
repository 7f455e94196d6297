namespace BatchFunctions.Workflow;

/// <summary>An activity or a sub-workflow failed for good; the same on every engine and after every replay.</summary>
public sealed class ActivityFailedException : Exception
{
    /// <summary>Makes the failure of an activity.</summary>
    /// <param name="activity">The activity's name.</param>
    /// <param name="kind">What kind of error ended it.</param>
    /// <param name="message">The error's own message.</param>
    public ActivityFailedException(string activity, ErrorKind kind, string message)
        : base(message) => (Activity, Kind) = (activity, kind);

    /// <summary>The activity's name.</summary>
    public string Activity { get; }

    /// <summary>What kind of error ended it.</summary>
    public ErrorKind Kind { get; }

    /// <summary>Whether an error of <paramref name="kind"/> may pass by itself, so that trying again makes sense.</summary>
    public static bool IsRetriable(ErrorKind kind) => kind is ErrorKind.Transient or ErrorKind.Internal;
}
