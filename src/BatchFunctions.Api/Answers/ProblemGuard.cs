using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Api.Answers;

/// <summary>Turns whatever goes wrong with a request into a problem; nothing but the end of a request is thrown.</summary>
/// <param name="maxBodyBytes">How many bytes a body may have.</param>
/// <param name="logger">Where what was not foreseen goes.</param>
internal sealed class ProblemGuard(int maxBodyBytes, ILogger logger)
{
    /// <summary>Does the work and gives its answer, or the problem that ended it.</summary>
    public async Task<IResult> AnswerAsync(Func<Task<IResult>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (ProblemException exception)
        {
            return exception.Problem;
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Problems.TooLarge(maxBodyBytes);
        }
        catch (BadHttpRequestException exception)
        {
            return Problems.Malformed(exception.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (BatchFunctionsException exception) when (exception.Kind == ErrorKind.Request)
        {
            return Problems.Of(exception, "");
        }
        catch (Exception exception)
        {
            var traceId = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToString();
            logger.LogError(exception, "A request failed, {TraceId}.", traceId);
            return exception is BatchFunctionsException known ? Problems.Of(known, traceId) : Problems.Internal(traceId);
        }
    }
}
