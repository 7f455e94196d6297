namespace BatchFunctions.Cli.Output;

/// <summary>Says what went wrong, in one message, and what the process ends with.</summary>
internal static class ErrorReport
{
    /// <summary>The exit code that an error of <paramref name="kind"/> ends the process with.</summary>
    public static int ExitCodeOf(ErrorKind kind) => kind == ErrorKind.Request ? ExitCodes.WrongRequest : ExitCodes.Failed;

    /// <summary>Writes <paramref name="exception"/> to <paramref name="error"/>; gives the exit code.</summary>
    public static int Write(TextWriter error, Exception exception, bool verbose)
    {
        error.WriteLine($"batchfn: {MessageOf(exception)}");
        if (verbose)
            error.WriteLine(exception);
        else if (IsUnexpected(exception))
            error.WriteLine("This was not foreseen. Run the command again with --verbose to see where it comes from.");
        return exception is BatchFunctionsException known ? ExitCodeOf(known.Kind) : ExitCodes.Failed;
    }

    /// <summary>What to tell a person of <paramref name="exception"/>.</summary>
    public static string MessageOf(Exception exception) => exception switch
    {
        BatchFunctionsException => exception.Message,
        _ when IsUnexpected(exception) => $"{exception.GetType().Name}: {exception.Message}",
        _ => exception.Message,
    };

    private static bool IsUnexpected(Exception exception) =>
        exception is not (BatchFunctionsException { Kind: not ErrorKind.Internal } or IOException or UnauthorizedAccessException);
}
