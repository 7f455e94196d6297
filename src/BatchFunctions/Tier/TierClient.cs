using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using BatchFunctions.Models.Devices;

namespace BatchFunctions.Tier;

/// <summary>Asks the scoring service, replica by replica where there are several addresses.</summary>
internal sealed class TierClient : IDisposable
{
    private const string KeyHeader = "x-functions-key";
    private const string TraceHeader = "traceparent";
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);

    private readonly TierOptions _options;
    private readonly HttpClient _http;

    public TierClient(TierOptions options)
    {
        _options = options;
        // The handler would name a span of its own as the parent, which nobody exports: an order says itself what it belongs to.
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2), AllowAutoRedirect = false, ActivityHeadersPropagator = null }) { Timeout = options.RequestTimeout };
        _http.DefaultRequestHeaders.Add(KeyHeader, options.Key);
    }

    /// <summary>What the first replica that answers is and has.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Transient"/>: none answers; <see cref="ErrorKind.Environment"/>: it refuses the key.</exception>
    public async Task<ReplicaDescription> DescribeAsync(CancellationToken cancellationToken)
    {
        string? trouble = null;
        foreach (Uri endpoint in _options.Endpoints)
        {
            try
            {
                using HttpResponseMessage answer = await _http.GetAsync(Below(endpoint, "replica"), cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return (await answer.Content.ReadFromJsonAsync(TierJson.Default.ReplicaDescription, cancellationToken))!;
                RefuseWrongKey(endpoint, answer.StatusCode);
                trouble = $"{endpoint} answers {(int)answer.StatusCode}";
            }
            catch (Exception failure) when (IsUnreachable(failure, cancellationToken))
            {
                trouble = $"{endpoint}: {failure.Message}";
            }
        }

        throw Unreachable(trouble);
    }

    /// <summary>What the service offers, as a machine.</summary>
    public static OfferedDevices OfferedBy(ReplicaDescription replica) => new(replica.Devices, replica.WhyNotMore);

    /// <summary>Asks for a shard to be scored: the replicas one after the other, beginning with another one for each shard.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Transient"/>: none answers; another kind: a replica says that the order is wrong.</exception>
    public async Task<TierAnswer> OrderAsync(ShardOrder order, CancellationToken cancellationToken)
    {
        string? trouble = null;
        TimeSpan? busy = null;
        int first = (order.Shard + order.Attempt) % _options.Endpoints.Count;
        for (int i = 0; i < _options.Endpoints.Count; i++)
        {
            Uri endpoint = _options.Endpoints[(first + i) % _options.Endpoints.Count];
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, Below(endpoint, "shards")) { Content = JsonContent.Create(order, TierJson.Default.ShardOrder) };
                if (order.TraceParent is { } parent)
                    request.Headers.TryAddWithoutValidation(TraceHeader, parent);
                using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return new TierAnswer(await answer.Content.ReadFromJsonAsync(TierJson.Default.ShardReceipt, cancellationToken), null);
                RefuseWrongKey(endpoint, answer.StatusCode);
                if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
                    busy = RetryAfter(answer.Headers.RetryAfter);
                else if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
                    throw new BatchFunctionsException(ErrorKind.Request, $"The scoring service at {endpoint} refuses shard {order.Shard}: {await DetailAsync(answer, cancellationToken)}");
                else
                    trouble = $"{endpoint} answers {(int)answer.StatusCode}: {await DetailAsync(answer, cancellationToken)}";
            }
            catch (Exception failure) when (IsUnreachable(failure, cancellationToken))
            {
                trouble = $"{endpoint}: {failure.Message}";
            }
        }

        return busy is not null ? new TierAnswer(null, busy) : throw Unreachable(trouble);
    }

    public void Dispose() => _http.Dispose();

    private static Uri Below(Uri endpoint, string path) => new($"{endpoint.ToString().TrimEnd('/')}/{path}");

    private static bool IsUnreachable(Exception failure, CancellationToken cancellationToken) =>
        failure is HttpRequestException or JsonException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static TimeSpan RetryAfter(RetryConditionHeaderValue? header) => header?.Delta is { } delta && delta > ShortestRetry ? delta : ShortestRetry;

    private static void RefuseWrongKey(Uri endpoint, HttpStatusCode status)
    {
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new BatchFunctionsException(ErrorKind.Environment, $"The scoring service at {endpoint} refuses the key. Set {TierOptions.KeyVariable} to the one that the service was given.");
    }

    private static BatchFunctionsException Unreachable(string? trouble) =>
        new(ErrorKind.Transient, string.Create(CultureInfo.InvariantCulture, $"The scoring service cannot be reached: {trouble}. See that it runs and that {TierOptions.EndpointsVariable} names it, or write scoring.tier: in_process."));

    private static async Task<string> DetailAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            TierProblem? problem = await answer.Content.ReadFromJsonAsync(TierJson.Default.TierProblem, cancellationToken);
            return problem?.Detail ?? problem?.Title ?? answer.ReasonPhrase ?? "no reason";
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or InvalidOperationException)
        {
            return answer.ReasonPhrase ?? "no reason";
        }
    }
}
