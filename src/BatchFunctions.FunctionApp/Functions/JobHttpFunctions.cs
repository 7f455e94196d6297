using BatchFunctions.Api;
using BatchFunctions.FunctionApp.Durable;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace BatchFunctions.FunctionApp.Functions;

/// <summary>The HTTP API. Every operation but health and the description asks for a key of the function app.</summary>
/// <param name="hub">Takes the client that the functions are given.</param>
/// <param name="api">What answers.</param>
public sealed class JobHttpFunctions(TaskHub hub, JobApi api)
{
    /// <inheritdoc cref="JobApi.StartAsync"/>
    [Function("StartJob")]
    public Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "jobs")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Over(client).StartAsync(request, cancellationToken);

    /// <inheritdoc cref="JobApi.ListAsync"/>
    [Function("ListJobs")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "jobs")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Over(client).ListAsync(request, cancellationToken);

    /// <inheritdoc cref="JobApi.FindAsync"/>
    [Function("GetJob")]
    public Task<IResult> FindAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "jobs/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Over(client).FindAsync(id, cancellationToken);

    /// <inheritdoc cref="JobApi.PurgeAsync"/>
    [Function("PurgeJob")]
    public Task<IResult> PurgeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "jobs/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Over(client).PurgeAsync(id, cancellationToken);

    /// <inheritdoc cref="JobApi.ListShardsAsync"/>
    [Function("ListShards")]
    public Task<IResult> ListShardsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "jobs/{id}/shards")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Over(client).ListShardsAsync(id, request, cancellationToken);

    /// <inheritdoc cref="JobApi.CancelAsync"/>
    [Function("CancelJob")]
    public Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "jobs/{id}/cancel")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Over(client).CancelAsync(id, cancellationToken);

    /// <inheritdoc cref="JobApi.RetryAsync"/>
    [Function("RetryJob")]
    public Task<IResult> RetryAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "jobs/{id}/retry")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Over(client).RetryAsync(id, cancellationToken);

    /// <inheritdoc cref="JobApi.ReprocessAsync"/>
    [Function("ReprocessJob")]
    public Task<IResult> ReprocessAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "jobs/{id}/reprocess")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Over(client).ReprocessAsync(id, request, cancellationToken);

    /// <inheritdoc cref="JobApi.ReportAsync"/>
    [Function("GetReport")]
    public Task<IResult> ReportAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "jobs/{id}/report")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Over(client).ReportAsync(id, request, cancellationToken);

    /// <inheritdoc cref="JobApi.ListPipelinesAsync"/>
    [Function("ListPipelines")]
    public Task<IResult> ListPipelinesAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "pipelines")] HttpRequest request,
        CancellationToken cancellationToken) => api.ListPipelinesAsync(cancellationToken);

    /// <inheritdoc cref="JobApi.ListModelsAsync"/>
    [Function("ListModels")]
    public Task<IResult> ListModelsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "models")] HttpRequest request,
        CancellationToken cancellationToken) => api.ListModelsAsync(cancellationToken);

    /// <inheritdoc cref="JobApi.HealthAsync"/>
    [Function("GetHealth")]
    public Task<IResult> HealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Over(client).HealthAsync(cancellationToken);

    /// <inheritdoc cref="JobApi.OpenApi"/>
    [Function("GetOpenApi")]
    public IResult OpenApi([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) => api.OpenApi();

    private JobApi Over(DurableTaskClient client)
    {
        hub.Client = client;
        return api;
    }
}
