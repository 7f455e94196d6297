using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using BatchFunctions.Api.Answers;
using BatchFunctions.Api.Requests;
using BatchFunctions.Scoring.Online;
using BatchFunctions.ScoringService.Metrics;
using BatchFunctions.ScoringService.Requests;
using BatchFunctions.Telemetry;
using BatchFunctions.Tier;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.ScoringService;

/// <summary>What a replica answers. Whatever goes wrong becomes a problem (RFC 9457).</summary>
internal sealed class ScoringApi : IDisposable
{
    /// <summary>The path of the description of the API.</summary>
    public const string DescriptionPath = "/openapi.json";

    private const int MaxOrderBytes = 4 * 1024;
    private const int PollSeconds = 1;
    private const int SoonSeconds = 5;

    private readonly ScoringReplica _replica;
    private readonly OnlineScorer _online;
    private readonly ServiceSettings _settings;
    private readonly MeterText _metrics;
    private readonly ProblemGuard _guard;
    private readonly Answer _description;
    private readonly Meter _meter = new(BatchMeter.Name);
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _rows;

    public ScoringApi(ScoringReplica replica, OnlineScorer online, ServiceSettings settings, MeterText metrics, ILoggerFactory loggers)
    {
        (_replica, _online, _settings, _metrics) = (replica, online, settings, metrics);
        _guard = new ProblemGuard(settings.MaxRowsBytes, loggers.CreateLogger("BatchFunctions.ScoringService"));
        using var file = typeof(ScoringApi).Assembly.GetManifestResourceStream("scoring-openapi.json")!;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        _description = Answer.OfBytes(bytes, "application/json; charset=utf-8");
        _duration = _meter.CreateHistogram<double>("batch.predict.duration", "s", "How long a request for scores took.");
        _rows = _meter.CreateCounter<long>("batch.predict.rows", "{row}", "Rows that were scored online.");
    }

    /// <summary>The paths that anyone may ask for, without a key.</summary>
    public static IReadOnlyList<string> Anonymous { get; } = ["/health", "/ready", DescriptionPath];

    /// <summary>How many bytes a body with rows may have.</summary>
    public int MaxRowsBytes => _settings.MaxRowsBytes;

    /// <summary><c>POST /shards</c>: takes a shard. 202 where a replica has it, 200 where it is committed, 429 where there is no room.</summary>
    public Task<IResult> OrderAsync(HttpRequest request, CancellationToken cancellationToken) => _guard.AnswerAsync(
        async () =>
        {
            var order = new ShardOrderReader().Read(await BodyReader.ReadAsync(request, MaxOrderBytes, cancellationToken)).ToOrder() with
            {
                TraceParent = request.Headers.TraceParent is [{ } parent] ? parent : null,
            };
            var admission = await _replica.AcceptAsync(order, cancellationToken);
            return admission.Kind switch
            {
                AdmissionKind.Committed => Answer.Of(admission.Receipt!, TierJson.Default.ShardReceipt),
                AdmissionKind.Accepted or AdmissionKind.Elsewhere => Answer.Of(
                    admission.Receipt!, TierJson.Default.ShardReceipt, StatusCodes.Status202Accepted, $"/shards/{admission.Receipt!.Id}", PollSeconds),
                AdmissionKind.Busy => new Problem(
                    StatusCodes.Status429TooManyRequests, "busy", "The replica has no room", "As many shards as the replica has room for are in its hands, or its memory is used up. Ask again later, or another replica.")
                {
                    RetryAfter = Math.Max(1, (int)Math.Ceiling(admission.RetryAfter?.TotalSeconds ?? 1)),
                },
                AdmissionKind.Stopping => new Problem(StatusCodes.Status503ServiceUnavailable, "stopping", "The replica is being stopped", "The replica takes no more shards. Ask another one.") { RetryAfter = SoonSeconds },
                AdmissionKind.NoSuchShard => new Problem(
                    StatusCodes.Status404NotFound, "no-such-shard", "There is no such shard", string.Create(CultureInfo.InvariantCulture, $"The plan of job {order.Job} has no shard {order.Shard}.")),
                _ => new Problem(
                    StatusCodes.Status404NotFound, "no-such-job", "There is no such job", $"There is no plan of job {order.Job} in the service's work folder. The service and the host that runs the job must have the same BATCHFN_WORK."),
            };
        },
        cancellationToken);

    /// <summary><c>GET /shards/{id}</c>: where a shard is, whichever replica has it.</summary>
    public Task<IResult> FindAsync(string id, CancellationToken cancellationToken) => _guard.AnswerAsync(
        async () => ShardId.TryParse(id, out var job, out var shard) && await _replica.FindAsync(job, shard, cancellationToken) is { } receipt
            ? Answer.Of(receipt, TierJson.Default.ShardReceipt)
            : new Problem(StatusCodes.Status404NotFound, "no-such-shard", "There is no such shard", $"No replica was asked for shard '{id}'. An id is the job's, a dot, and the shard's number: night-1.5."),
        cancellationToken);

    /// <summary><c>POST /predict</c>: scores a few rows while the caller waits.</summary>
    public Task<IResult> PredictAsync(HttpRequest request, CancellationToken cancellationToken) => _guard.AnswerAsync(
        async () =>
        {
            var started = Stopwatch.GetTimestamp();
            using var wanted = PredictReader.Read(await BodyReader.ReadAsync(request, _settings.MaxRowsBytes, cancellationToken), _settings.MaxRows);
            var scores = await _online.ScoreAsync(wanted.Request, cancellationToken);
            var answer = Answer.OfBytes(PredictAnswer.Write(scores), "application/json; charset=utf-8");
            _rows.Add(scores.Rows.Count);
            _duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
            return answer;
        },
        cancellationToken);

    /// <summary><c>GET /replica</c>: what the replica is and has room for.</summary>
    public IResult Describe() => Answer.Of(_replica.Describe(), TierJson.Default.ReplicaDescription);

    /// <summary><c>GET /metrics</c>: its instruments, as Prometheus reads them.</summary>
    public IResult Metrics() => Answer.OfBytes(Encoding.UTF8.GetBytes(_metrics.Write()), "text/plain; version=0.0.4; charset=utf-8");

    /// <summary><c>GET /health</c>: that the process answers.</summary>
    public static IResult Health() => Answer.OfBytes("{\"status\":\"ok\"}"u8.ToArray(), "application/json; charset=utf-8");

    /// <summary><c>GET /ready</c>: whether it takes shards. 503 while it starts or stops, and while its heartbeat cannot be written.</summary>
    public IResult Ready() => _replica.IsReady
        ? Answer.OfBytes("{\"status\":\"ready\"}"u8.ToArray(), "application/json; charset=utf-8")
        : Problems.Unavailable("The replica is starting or stopping, or cannot write its heartbeat to the work folder. Its log says which.");

    /// <summary><c>GET /openapi.json</c>: the description of the API.</summary>
    public IResult OpenApi() => _description;

    public void Dispose() => _meter.Dispose();
}
