using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace BatchFunctions.Storage;

/// <summary>Says what a failure of the blob service means to a job and to the person who started it.</summary>
internal static class AzureErrors
{
    private const int Unreachable = 0;

    /// <summary>
    /// Whether <paramref name="exception"/> is one that <see cref="Translate"/> has words for: an answer of the service, or none. A
    /// cancellation that was asked for is neither.
    /// </summary>
    public static bool IsServiceError(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        AggregateException many => many.InnerExceptions.All(inner => IsServiceError(inner, cancellationToken)),
        RequestFailedException or AuthenticationFailedException or IOException or HttpRequestException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Whether the service says that there is no such container.</summary>
    public static bool IsContainerMissing(RequestFailedException exception) =>
        exception.Status == 404 && exception.ErrorCode == BlobErrorCode.ContainerNotFound;

    /// <summary>Whether the service says that a condition on the write did not hold.</summary>
    public static bool IsConditionNotMet(RequestFailedException exception) =>
        exception.Status == 412
        || exception.ErrorCode == BlobErrorCode.BlobAlreadyExists
        || (exception.Status == 404 && exception.ErrorCode == BlobErrorCode.BlobNotFound);

    /// <summary>The error to throw instead of <paramref name="exception"/>.</summary>
    /// <param name="exception">What the service answered, or what kept it from answering.</param>
    /// <param name="endpoint">The container's address without secrets.</param>
    /// <param name="name">The object, for people.</param>
    /// <param name="doing">What was being done, as in "could not be written".</param>
    public static BatchFunctionsException Translate(Exception exception, Uri endpoint, string name, string doing)
    {
        if (exception is AuthenticationFailedException)
            return Error(ErrorKind.Environment, "the identity to sign in with is missing or was refused; check the managed identity or sign in", exception);
        var cause = exception is AggregateException many ? many.InnerExceptions[^1] : exception;
        if (cause is not RequestFailedException { Status: not Unreachable } answer)
        {
            var why = (cause as RequestFailedException)?.InnerException?.Message ?? cause.Message;
            return Error(
                ErrorKind.Transient,
                $"the blob service at {endpoint.GetLeftPart(UriPartial.Authority)} cannot be reached ({FirstLine(why)}); check the network and the configured account",
                exception);
        }

        var code = answer.ErrorCode ?? $"HTTP {answer.Status}";
        return answer.Status switch
        {
            404 when IsContainerMissing(answer) =>
                Error(ErrorKind.Request, $"the container does not exist at {endpoint}; check the address and the configured account", answer),
            404 => Error(ErrorKind.Integrity, "it is not there any more; leave the files of a job alone until it has ended", answer),
            412 => Error(
                ErrorKind.Integrity,
                "it is not the version that was pinned: it changed during the job. Leave the files of a job alone until it has ended, and start a new job",
                answer),
            416 => Error(ErrorKind.Integrity, "it is shorter than expected. It is truncated; put the whole file there and start a new job", answer),
            401 or 403 => Error(
                ErrorKind.Environment, $"access denied ({code}); give this identity the right to the container, or check the connection string", answer),
            408 or 429 or >= 500 => Error(ErrorKind.Transient, $"the blob service is busy ({code})", answer),
            409 when answer.ErrorCode == BlobErrorCode.ContainerBeingDeleted => Error(ErrorKind.Transient, "its container is being deleted", answer),
            409 when answer.ErrorCode == BlobErrorCode.BlobArchived =>
                Error(ErrorKind.Request, "it is in the archive tier; rehydrate it first", answer),
            400 when answer.ErrorCode == BlobErrorCode.InvalidResourceName || answer.ErrorCode == BlobErrorCode.InvalidUri =>
                Error(ErrorKind.Request, $"the service refuses the name ({code})", answer),
            _ => Error(ErrorKind.Environment, $"the blob service refuses it ({code}): {FirstLine(answer.Message)}", answer),
        };

        BatchFunctionsException Error(ErrorKind kind, string what, Exception inner) => new(kind, $"{name} {doing}: {what}.", inner);
    }

    private static string FirstLine(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return (end < 0 ? text : text[..end]).TrimEnd('.');
    }
}
