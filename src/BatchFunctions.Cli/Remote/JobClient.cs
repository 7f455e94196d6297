using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using BatchFunctions.Api;
using BatchFunctions.Api.Documents;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Remote;

/// <summary>Talks to a server, whichever engine it has. What the server refuses is thrown with the server's own words.</summary>
internal sealed class JobClient : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    /// <summary>Makes a client; nothing is asked yet.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="key">The server's key, or null for none.</param>
    public JobClient(Uri server, string? key)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = !server.IsLoopback })
        {
            BaseAddress = new Uri(server.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = AnswerLimit,
        };
        if (key is not null)
            _http.DefaultRequestHeaders.Add("x-functions-key", key);
    }

    /// <summary>Starts a job, or finds that the same request was made before.</summary>
    /// <param name="request">The job.</param>
    /// <param name="idempotencyKey">What makes the request the same when it is sent again.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    public async Task<Submission> SubmitAsync(ApiJobRequest request, string idempotencyKey, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "api/jobs");
        message.Headers.Add("Idempotency-Key", idempotencyKey);
        message.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Default.ApiJobRequest))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        using var response = await SendAsync(message, cancellationToken);
        var job = await ReadAsync(response, ApiJson.Default.ApiJob, cancellationToken);
        var location = response.Headers.Location is { } given ? new Uri(_http.BaseAddress!, given) : new Uri(_http.BaseAddress!, $"api/jobs/{job.JobId}");
        return new Submission(RecordOf(job), location, response.StatusCode == HttpStatusCode.Accepted);
    }

    /// <summary>Asks where a job stands.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    public async Task<JobRecord> GetAsync(string jobId, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, $"api/jobs/{Uri.EscapeDataString(jobId)}");
        using var response = await SendAsync(message, cancellationToken);
        return RecordOf(await ReadAsync(response, ApiJson.Default.ApiJob, cancellationToken));
    }

    /// <summary>Asks for a job to be cancelled.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    public Task<JobRecord> CancelAsync(string jobId, CancellationToken cancellationToken) => ChangeAsync(jobId, "cancel", cancellationToken);

    /// <summary>Asks for a job to be run again.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    public Task<JobRecord> RetryAsync(string jobId, CancellationToken cancellationToken) => ChangeAsync(jobId, "retry", cancellationToken);

    /// <summary>Asks for a job's rejects to be scored again.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>The job that scores them.</returns>
    public async Task<JobRecord> ReprocessAsync(string jobId, ApiReprocessRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"api/jobs/{Uri.EscapeDataString(jobId)}/reprocess");
        message.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Default.ApiReprocessRequest))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        using var response = await SendAsync(message, cancellationToken);
        return RecordOf(await ReadAsync(response, ApiJson.Default.ApiJob, cancellationToken));
    }

    /// <summary>The text of a job's report.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    public async Task<string> GetReportAsync(string jobId, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, $"api/jobs/{Uri.EscapeDataString(jobId)}/report?format=text");
        using var response = await SendAsync(message, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static JobRecord RecordOf(ApiJob job) => new(
        job.JobId,
        job.Status,
        new JobRequest
        {
            JobId = job.JobId,
            Pipeline = job.Pipeline,
            Trigger = job.Trigger,
            RequestedAt = job.CreatedAt,
            Run = job.Run,
        },
        job.Progress,
        job.Result is { } end
            ? new JobResult(job.JobId, job.Status, end.RunFolder, end.RecordsTotal, end.RecordsScored, end.RecordsFailed, end.Warnings, end.Error, end.ErrorKind, end.Evaluation)
            : null,
        job.CreatedAt,
        job.UpdatedAt,
        null);

    private async Task<JobRecord> ChangeAsync(string jobId, string change, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"api/jobs/{Uri.EscapeDataString(jobId)}/{change}");
        using var response = await SendAsync(message, cancellationToken);
        return RecordOf(await ReadAsync(response, ApiJson.Default.ApiJob, cancellationToken));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _http.SendAsync(message, cancellationToken);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
                throw await RefusalAsync(response, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            throw new BatchFunctionsException(ErrorKind.Environment, $"{_http.BaseAddress} cannot be talked to: {exception.Message} Check --server.", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new ServerUnreachableException($"{_http.BaseAddress} cannot be reached: {exception.Message}.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerUnreachableException($"{_http.BaseAddress} has not answered for {AnswerLimit.TotalSeconds:0} seconds.", exception);
        }
    }

    private async Task<Exception> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var detail = await FindDetailAsync(response, cancellationToken);
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
            return new ServerUnreachableException(detail ?? $"{_http.BaseAddress} cannot answer for now: {status}.");
        if (response.StatusCode is HttpStatusCode.Unauthorized)
            return new BatchFunctionsException(ErrorKind.Request, $"{_http.BaseAddress} wants its key. Give it as --key or BATCHFN_API_KEY.");
        return new BatchFunctionsException(
            status < 500 ? ErrorKind.Request : ErrorKind.Environment,
            detail ?? $"{_http.BaseAddress} answered {status} {response.ReasonPhrase}. Check --server: it is the address without /api.");
    }

    private static async Task<string?> FindDetailAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json")
            return null;
        return (await ReadAsync(response, ApiJson.Default.ApiProblem, cancellationToken)).Detail;
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new BatchFunctionsException(
                ErrorKind.Environment, $"{response.RequestMessage?.RequestUri} answered with what no server of BatchFunctions says: {exception.Message} Check --server.", exception);
        }
    }
}
