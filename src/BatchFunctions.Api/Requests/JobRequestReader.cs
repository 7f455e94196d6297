using System.Text.Json;
using BatchFunctions.Api.Documents;

namespace BatchFunctions.Api.Requests;

/// <summary>Reads the body that starts a job.</summary>
internal sealed class JobRequestReader()
    : StrictReader<ApiJobRequest>(["pipeline", "jobId", "input", "model", "output", "date", "maxParallel", "targetRows"], "{\"pipeline\": \"churn\"}")
{
    /// <summary>The most shards that anyone may ask to run at once.</summary>
    public const int MaxParallel = 10_000;

    protected override ApiJobRequest? Set(ApiJobRequest request, string name, JsonElement value) => name switch
    {
        "pipeline" => request with { Pipeline = Text(name, value, "a pipeline's name, such as \"churn\"") },
        "jobId" => request with { JobId = Text(name, value, "an id, such as \"churn-2026-02-08\"") },
        "input" => request with { Input = Text(name, value, "a path, such as \"customers/*.csv\"") },
        "model" => request with { Model = Text(name, value, "a model reference, such as \"churn@1.2.0\"") },
        "output" => request with { Output = Text(name, value, "a folder, such as \"scored\"") },
        "date" => request with { Date = Date(name, value) },
        "maxParallel" => request with { MaxParallel = (int?)Number(name, value, MaxParallel) },
        "targetRows" => request with { TargetRows = Number(name, value, long.MaxValue) },
        _ => null,
    };

    protected override void Check(ApiJobRequest request)
    {
        if (request.Pipeline is null && !IsRefused("pipeline"))
            Refuse("pipeline", "is missing. Write the name of a pipeline, such as \"churn\"; GET /api/pipelines lists them.");
    }
}
