using System.Text.Json;
using BatchFunctions.Api.Documents;

namespace BatchFunctions.Api.Requests;

/// <summary>Reads the body that has a job's rejects scored again.</summary>
internal sealed class ReprocessRequestReader()
    : StrictReader<ApiReprocessRequest>(["corrected", "pipeline", "by", "reason", "maxParallel"], "{\"corrected\": \"corrected/night-1.csv\"}")
{
    protected override ApiReprocessRequest? Set(ApiReprocessRequest request, string name, JsonElement value) => name switch
    {
        "corrected" => request with { Corrected = Text(name, value, "a path, such as \"corrected/night-1.csv\"") },
        "pipeline" => request with { Pipeline = Text(name, value, "a pipeline's file, such as \"churn-relaxed.yaml\"") },
        "by" => request with { By = Text(name, value, "a name") },
        "reason" => request with { Reason = Text(name, value, "why, in a sentence") },
        "maxParallel" => request with { MaxParallel = (int?)Number(name, value, JobRequestReader.MaxParallel) },
        _ => null,
    };

    protected override void Check(ApiReprocessRequest request)
    {
        if (request.Corrected is null && request.Pipeline is null && !IsRefused("corrected") && !IsRefused("pipeline"))
            Refuse("corrected", "is missing, and so is pipeline. Give a file with corrected records, a pipeline file with other rules, or both.");
    }
}
