using BatchFunctions.Api.Answers;
using BatchFunctions.Api.Documents;
using BatchFunctions.Api.Requests;
using BatchFunctions.Models;
using BatchFunctions.Reprocessing;
using BatchFunctions.Triggers;
using BatchFunctions.Workflow;
using Microsoft.AspNetCore.Http;

namespace BatchFunctions.Api;

/// <summary>
/// The HTTP API over an engine, the same for every host: a host maps its routes, asks for a key, and hands each request over. Whatever
/// goes wrong becomes an answer with a problem (RFC 9457); nothing but the end of a request is thrown.
/// </summary>
public sealed class JobApi
{
    /// <summary>After how many seconds it is worth asking for a job again: 1.</summary>
    private const int PollSeconds = 1;

    private const int DefaultShards = 100;

    private static readonly string[] ListParameters = ["pipeline", "status", "createdFrom", "createdBefore", "limit", "after"];

    private readonly IJobEngine _engine;
    private readonly JobServices _services;
    private readonly JobApiOptions _options;
    private readonly JobFiles _files;
    private readonly JobDraft _draft;
    private readonly HostHealth _health;
    private readonly PipelineFolder _pipelines;
    private readonly ProblemGuard _guard;
    private readonly Answer _description = Answer.OfBytes(OpenApiFile.Bytes, "application/json; charset=utf-8");

    /// <summary>Puts the API over an engine.</summary>
    /// <param name="engine">Where jobs are started and asked for.</param>
    /// <param name="services">What the machine offers; its stores confine every address.</param>
    /// <param name="pipelines">The folder of pipelines.</param>
    /// <param name="condition">What works in this host and what does not.</param>
    /// <param name="options">How the API is set up.</param>
    public JobApi(IJobEngine engine, JobServices services, PipelineFolder pipelines, HostCondition condition, JobApiOptions options)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(pipelines);
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(options);
        (_engine, _services, _pipelines, _options) = (engine, services, pipelines, options);
        _files = new JobFiles(services);
        _draft = new JobDraft(services, pipelines);
        _health = new HostHealth(engine, services, pipelines, condition, options.HealthTimeout);
        _guard = new ProblemGuard(options.MaxBodyBytes, services.Loggers.CreateLogger("BatchFunctions.Api"));
    }

    /// <summary><c>POST /api/jobs</c>: starts a job. 202 where it is new, 200 where the same request was made before, 409 where another job has the id.</summary>
    /// <param name="request">The request, with its body.</param>
    /// <param name="cancellationToken">Cancelled where nobody waits for the answer any more.</param>
    public Task<IResult> StartAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AnswerAsync(
            async () =>
            {
                new QueryReader(request).EnsureValid();
                var body = await BodyReader.ReadAsync(request, _options.MaxBodyBytes, cancellationToken);
                string? key = request.Headers.TryGetValue("Idempotency-Key", out var values) ? values.ToString() : null;
                var wanted = await _draft.CompleteAsync(new JobRequestReader().Read(body), key, cancellationToken);
                var start = await _engine.StartAsync(wanted, cancellationToken);
                if (!start.IsSame)
                    return Problems.IdTaken(wanted.JobId);
                return JobAnswer(start.Job, start.IsNew ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
            },
            cancellationToken);
    }

    /// <summary><c>GET /api/jobs</c>: the jobs, filtered, the newest first, a page at a time.</summary>
    /// <param name="request">The request, with its query.</param>
    /// <param name="cancellationToken">Cancelled where nobody waits for the answer any more.</param>
    public Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AnswerAsync(
            async () =>
            {
                var query = new QueryReader(request, ListParameters);
                var wanted = new JobQuery
                {
                    Pipeline = query.Text("pipeline"),
                    Status = query.Word<JobStatus>("status"),
                    CreatedFrom = query.Time("createdFrom"),
                    CreatedBefore = query.Time("createdBefore"),
                    Limit = query.Number("limit", 1, JobQuery.MaxLimit) ?? new JobQuery().Limit,
                    After = query.Text("after"),
                };
                query.EnsureValid();
                var page = await _engine.ListAsync(wanted, cancellationToken);
                return Answer.Of(new ApiJobPage([.. page.Jobs.Select(ApiJob.Of)], page.Next), ApiJson.Default.ApiJobPage);
            },
            cancellationToken);
    }

    /// <summary><c>GET /api/jobs/{id}</c>: where a job stands.</summary>
    /// <param name="id">The job's id.</param>
    /// <param name="cancellationToken">Cancelled where nobody waits for the answer any more.</param>
    public Task<IResult> FindAsync(string id, CancellationToken cancellationToken) =>
        AnswerAsync(async () => Answer.Of(ApiJob.Of(await RequireAsync(id, cancellationToken)), ApiJson.Default.ApiJob), cancellationToken);

    /// <summary><c>GET /api/jobs/{id}/shards</c>: a job's shards, a page at a time.</summary>
    /// <param name="id">The job's id.</param>
    /// <param name="request">The request, with its query.</param>
    /// <param name="cancellationToken">Cancelled where nobody waits for the answer any more.</param>
    public Task<IResult> ListShardsAsync(string id, HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AnswerAsync(
            async () =>
            {
                var query = new QueryReader(request, "from", "limit");
                var from = query.Number("from", 0, int.MaxValue) ?? 0;
                var limit = query.Number("limit", 1, JobFiles.MaxShards) ?? DefaultShards;
                query.EnsureValid();
                var job = await RequireAsync(id, cancellationToken);
                if (await _files.FindShardsAsync(job, from, limit, cancellationToken) is not { } page)
                    return Problems.WorkFilesGone(id);
                int? next = from + (long)page.Shards.Count < page.Total && page.Shards.Count > 0 ? from + page.Shards.Count : null;
                return Answer.Of(new ApiShardPage(page.Total, [.. page.Shards.Select(ApiShard.Of)], next), ApiJson.Default.ApiShardPage);
            },
            cancellationToken);
    }

    /// <summary><c>POST /api/jobs/{id}/cancel</c>: asks for a job to end.</summary>
    /// <param name="id">The job's id.</param>
    /// <param name="cancellationToken">Cancelled where nobody waits for the answer any more.</param>
    public Task<IResult> CancelAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(id, _engine.CancelAsync, "there is nothing to cancel", cancellationToken);

    /// <summary><c>POST /api/jobs/{id}/retry</c>: runs a job again that failed or was cancelled, from what it had committed.</summary>
    /// <param name="id">The job's id.</param>
    /// <param name="cancellationToken">Cancelled where nobody waits for the answer any more.</param>
    public Task<IResult> RetryAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(id, _engine.RetryAsync, "it cannot be retried; only a job that failed or was cancelled can", cancellationToken);

    /// <summary>
    /// <c>POST /api/jobs/{id}/reprocess</c>: starts a job that scores the rejects of one that succeeded again, and adds what then has a score to its output. 202
    /// where it is new, 200 where the same was asked for before and has not ended.
    /// </summary>
    /// <param name="id">The id of the job whose rejects are scored again.</param>
    /// <param name="request">The request, with its body.</param>
    /// <param name="cancellationToken">Cancelled where nobody waits for the answer any more.</param>
    public Task<IResult> ReprocessAsync(string id, HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AnswerAsync(
            async () =>
            {
                new QueryReader(request).EnsureValid();
                var wish = _draft.Complete(new ReprocessRequestReader().Read(await BodyReader.ReadAsync(request, _options.MaxBodyBytes, cancellationToken)));
                var job = await RequireAsync(id, cancellationToken);
                if (job.Status is not (JobStatus.Succeeded or JobStatus.SucceededWithWarnings) || job.Request.Reprocess is not null)
                    return Problems.NotNow(job, "its rejects cannot be scored again; only those of a job that succeeded and is no reprocess itself can");
                var start = await _engine.StartAsync(await new ReprocessDraft(_services, _engine).MakeAsync(job, wish, "http", cancellationToken), cancellationToken);
                if (!start.IsSame)
                    return Problems.NotNow(start.Job, $"another reprocess of {id} has to wait for its end");
                return JobAnswer(start.Job, start.IsNew ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
            },
            cancellationToken);
    }

    /// <summary>
    /// <c>DELETE /api/jobs/{id}</c>: forgets a job that has ended, and deletes its work files and, where it published nothing, the parts
    /// that waited for publication. The run folder stays.
    /// </summary>
    /// <param name="id">The job's id.</param>
    /// <param name="cancellationToken">Cancelled where nobody waits for the answer any more.</param>
    public Task<IResult> PurgeAsync(string id, CancellationToken cancellationToken) =>
        AnswerAsync(
            async () =>
            {
                const string wish = "it cannot be removed; only a job that has ended can";
                var job = await RequireAsync(id, cancellationToken);
                if (job.Result is null)
                    return Problems.NotNow(job, wish);

                // Files first: whoever is stopped in between finds the job still there, and purges again.
                await _files.DeleteAsync(job, cancellationToken);
                return await _engine.ForgetAsync(id, cancellationToken) switch
                {
                    JobChange.NotNow => Problems.NotNow(await _engine.FindAsync(id, cancellationToken), wish),
                    _ => Answer.OfNothing(),
                };
            },
            cancellationToken);

    /// <summary><c>GET /api/jobs/{id}/report</c>: a job's report, as a page or as text.</summary>
    /// <param name="id">The job's id.</param>
    /// <param name="request">The request, with its query and what it accepts.</param>
    /// <param name="cancellationToken">Cancelled where nobody waits for the answer any more.</param>
    public Task<IResult> ReportAsync(string id, HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AnswerAsync(
            async () =>
            {
                var query = new QueryReader(request, "format");
                var format = query.Word<ReportFormat>("format") ?? ReportFormats.Preferred(request);
                query.EnsureValid();
                var job = await RequireAsync(id, cancellationToken);
                if (await _files.FindReportAsync(job, format == ReportFormat.Html, cancellationToken) is not { } report)
                    return Problems.NoReport(job);
                return format == ReportFormat.Html ? Answer.OfPage(report) : Answer.OfBytes(report, "text/plain; charset=utf-8");
            },
            cancellationToken);
    }

    /// <summary><c>GET /api/pipelines</c>: the pipelines of the folder, those that are wrong among them.</summary>
    /// <param name="cancellationToken">Cancelled where nobody waits for the answer any more.</param>
    public Task<IResult> ListPipelinesAsync(CancellationToken cancellationToken) =>
        AnswerAsync(
            async () =>
            {
                var entries = await _pipelines.ListAsync(cancellationToken);
                return Answer.Of(new ApiPipelineList([.. entries.Select(ApiPipeline.Of)]), ApiJson.Default.ApiPipelineList);
            },
            cancellationToken);

    /// <summary><c>GET /api/models</c>: the models of the registry with their versions.</summary>
    /// <param name="cancellationToken">Cancelled where nobody waits for the answer any more.</param>
    public Task<IResult> ListModelsAsync(CancellationToken cancellationToken) =>
        AnswerAsync(
            async () =>
            {
                var registry = new ModelRegistry(_services.Stores.Resolve(_services.ModelsFolder, _services.BaseFolder), _services.Time);
                var versions = await registry.ListHistoriesAsync(null, cancellationToken);
                var models = versions.GroupBy(v => v.Version.Name, (name, group) => new ApiModel(name, [.. group.Select(ApiModelVersion.Of)]));
                return Answer.Of(new ApiModelList([.. models]), ApiJson.Default.ApiModelList);
            },
            cancellationToken);

    /// <summary><c>GET /api/health</c>: how the host is; for anyone, so it says little. 503 where the stores or the engine cannot be reached.</summary>
    /// <param name="cancellationToken">Cancelled where nobody waits for the answer any more.</param>
    public Task<IResult> HealthAsync(CancellationToken cancellationToken) =>
        AnswerAsync(() => _health.AnswerAsync(cancellationToken), cancellationToken);

    /// <summary><c>GET /api/openapi.json</c>: the description of the API; for anyone.</summary>
    public IResult OpenApi() => _description;

    private static Answer JobAnswer(JobRecord job, int status) =>
        Answer.Of(ApiJob.Of(job), ApiJson.Default.ApiJob, status, $"/api/jobs/{job.JobId}", PollSeconds);

    private Task<IResult> ChangeAsync(string id, Func<string, CancellationToken, Task<JobChange>> change, string wish, CancellationToken cancellationToken) =>
        AnswerAsync(
            async () =>
            {
                if (!JobId.IsValid(id))
                    return Problems.NoSuchJob(id);
                var outcome = await change(id, cancellationToken);
                var job = await _engine.FindAsync(id, cancellationToken);
                if (outcome == JobChange.NoSuchJob || job is null)
                    return Problems.NoSuchJob(id);
                return outcome == JobChange.NotNow ? Problems.NotNow(job, wish) : JobAnswer(job, StatusCodes.Status202Accepted);
            },
            cancellationToken);

    private async Task<JobRecord> RequireAsync(string id, CancellationToken cancellationToken) =>
        (JobId.IsValid(id) ? await _engine.FindAsync(id, cancellationToken) : null) ?? throw new ProblemException(Problems.NoSuchJob(id));

    private Task<IResult> AnswerAsync(Func<Task<IResult>> work, CancellationToken cancellationToken) => _guard.AnswerAsync(work, cancellationToken);
}
