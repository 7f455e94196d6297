namespace BatchFunctions.Workflow;

/// <summary>Why an activity failed, in the form in which an engine records it.</summary>
/// <param name="Kind">What kind of error ended it.</param>
/// <param name="Message">The error's message, at most <see cref="MaxMessageLength"/> characters.</param>
public sealed record ActivityFailure(ErrorKind Kind, string Message)
{
    /// <summary>How many characters of a message are kept: 2,000.</summary>
    public const int MaxMessageLength = 2000;

    /// <summary>
    /// Describes <paramref name="exception"/>: the kind that it names, <see cref="ErrorKind.Memory"/> where memory ran out,
    /// <see cref="ErrorKind.Transient"/> for time-outs and network errors, else <see cref="ErrorKind.Internal"/>.
    /// </summary>
    public static ActivityFailure From(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            BatchFunctionsException known => new(known.Kind, Shorten(known.Message)),
            ActivityFailedException failed => new(failed.Kind, Shorten(failed.Message)),
            AggregateException { InnerExceptions.Count: 1 } one => From(one.InnerExceptions[0]),
            OutOfMemoryException => new(ErrorKind.Memory, Shorten(exception.Message)),
            TimeoutException or OperationCanceledException or HttpRequestException => new(ErrorKind.Transient, Named(exception)),
            _ => new(ErrorKind.Internal, Named(exception)),
        };
    }

    private static string Named(Exception exception) => Shorten($"{exception.GetType().Name}: {exception.Message}");

    private static string Shorten(string message) =>
        message.Length <= MaxMessageLength ? message : string.Concat(message.AsSpan(0, MaxMessageLength - 1), "…");
}
