using System.Globalization;
using BatchFunctions.Api.Documents;
using BatchFunctions.Workflow;
using Microsoft.AspNetCore.Http;

namespace BatchFunctions.Api.Answers;

/// <summary>The problems that the API knows. Hosts give those that arise before <see cref="JobApi"/> is asked.</summary>
public static class Problems
{
    private const int SoonSeconds = 5;

    /// <summary>The request has no key, or a wrong one.</summary>
    public static Problem Unauthorized() => new(
        StatusCodes.Status401Unauthorized,
        "unauthorized",
        "A key is needed",
        "The request has no key, or a wrong one. Send the host's key in the header x-functions-key.");

    /// <summary>There is nothing at this path.</summary>
    public static Problem NotFound(string path, string description = "/api/openapi.json") => new(
        StatusCodes.Status404NotFound, "not-found", "There is nothing here", $"There is nothing at {path}. GET {description} describes what there is.");

    /// <summary>The path is right, but not for this method.</summary>
    public static Problem MethodNotAllowed(string method, string path, string description = "/api/openapi.json") => new(
        StatusCodes.Status405MethodNotAllowed, "method-not-allowed", "The method is not allowed here", $"{path} does not take {method}. GET {description} describes what it takes.");

    /// <summary>The request names a host that this one is not.</summary>
    public static Problem WrongHost(string host) => new(
        StatusCodes.Status400BadRequest, "wrong-host", "The host's name is not accepted", $"The server is not known as '{host}'. Use the address that it printed when it started.");

    /// <summary>Something is wrong with properties, parameters or headers.</summary>
    internal static Problem Invalid(params IReadOnlyList<ApiPropertyProblem> errors) => new(
        StatusCodes.Status400BadRequest, "invalid-request", "The request is wrong", string.Join(" ", errors.Select(e => $"{e.Name}: {e.Message}")))
    {
        Errors = errors,
    };

    internal static Problem Malformed(string detail) => new(StatusCodes.Status400BadRequest, "invalid-request", "The request is wrong", detail);

    internal static Problem InvalidPipeline(string detail) => new(
        StatusCodes.Status400BadRequest, "invalid-pipeline", "No job can be started from the pipeline", detail);

    internal static Problem NoSuchJob(string id) => new(
        StatusCodes.Status404NotFound, "no-such-job", "There is no such job", $"There is no job '{id}'. GET /api/jobs lists those that there are.");

    internal static Problem NoReport(JobRecord job) => new(
        StatusCodes.Status404NotFound,
        "no-report",
        "There is no report",
        job.Result is null
            ? $"Job {job.JobId} has not ended, so there is no report yet. Ask again when it has."
            : $"Job {job.JobId} left no report: {job.Result.Error ?? "it is gone from the run folder"}");

    internal static Problem IdTaken(string id) => new(
        StatusCodes.Status409Conflict,
        "id-taken",
        "Another job has this id",
        $"Job {id} was started with another request. Send the same request to ask for it again, or take another jobId or Idempotency-Key for another job.");

    internal static Problem NotNow(JobRecord? job, string wish) => new(
        StatusCodes.Status409Conflict,
        "not-now",
        "The job is not where this can be done",
        $"Job {job?.JobId} is {job?.Status}, so {wish}.");

    internal static Problem WorkFilesGone(string id) => new(
        StatusCodes.Status410Gone,
        "work-files-gone",
        "The job's work files are gone",
        $"The plan and the commit records of job {id} were removed, so nothing can be said of its shards. What it published stands in its run folder: manifest.json lists the parts.");

    internal static Problem TooLarge(int limit) => new(
        StatusCodes.Status413PayloadTooLarge,
        "too-large",
        "The body is too large",
        string.Create(CultureInfo.InvariantCulture, $"A body may have {limit} bytes at most. A request holds references, not data."));

    internal static Problem WrongMediaType(string? contentType) => new(
        StatusCodes.Status415UnsupportedMediaType,
        "unsupported-media-type",
        "The body is not JSON",
        $"The Content-Type is '{contentType}'. Send JSON in UTF-8, with Content-Type: application/json.");

    internal static Problem Internal(string traceId) => new(
        StatusCodes.Status500InternalServerError,
        "internal",
        "This was not foreseen",
        $"Something went wrong that was not foreseen. The host's log says more, at {traceId}.")
    {
        TraceId = traceId,
    };

    internal static Problem Unavailable(string detail) => new(
        StatusCodes.Status503ServiceUnavailable, "unavailable", "The host cannot do this for now", detail)
    {
        RetryAfter = SoonSeconds,
    };

    /// <summary>What the library refused.</summary>
    internal static Problem Of(BatchFunctionsException exception, string traceId) => exception.Kind switch
    {
        ErrorKind.Request => Malformed(exception.Message),
        ErrorKind.Transient or ErrorKind.Memory => Unavailable(exception.Message),
        ErrorKind.Internal => Internal(traceId),
        _ => new Problem(StatusCodes.Status500InternalServerError, "failed", "The host failed", exception.Message) { TraceId = traceId },
    };
}
