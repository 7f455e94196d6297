using System.Numerics;
using System.Text.Json;
using BatchFunctions.Api.Requests;
using BatchFunctions.Workflow;

namespace BatchFunctions.ScoringService.Requests;

/// <summary>Reads the body that hands over a shard.</summary>
internal sealed class ShardOrderReader() : StrictReader<ShardDraft>(["job", "shard", "attempt", "batchDivisor"], "{\"job\": \"night-1\", \"shard\": 5}")
{
    protected override ShardDraft? Set(ShardDraft request, string name, JsonElement value) => name switch
    {
        "job" => request with { Job = Id(value) },
        "shard" => request with { Shard = Index(value) },
        "attempt" => request with { Attempt = (int?)Number(name, value, int.MaxValue) },
        "batchDivisor" => request with { BatchDivisor = Divisor(value) },
        _ => null,
    };

    protected override void Check(ShardDraft request)
    {
        if (request.Job is null && !IsRefused("job"))
            Refuse("job", "is missing. Write the job's id.");
        if (request.Shard is null && !IsRefused("shard"))
            Refuse("shard", "is missing. Write the shard's number, from 0.");
    }

    private string? Id(JsonElement value)
    {
        var id = Text("job", value, "a job's id, such as \"night-1\"");
        if (id is null || JobId.IsValid(id))
            return id;
        Refuse("job", "is no job id. Use letters, digits and '-', starting with a letter or digit, at most 100.");
        return null;
    }

    private int? Index(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0)
            return number;
        Refuse("shard", "has to be a whole number from 0.");
        return null;
    }

    private int? Divisor(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number is > 0 and <= ShardGroupWorkflow.MaxBatchDivisor && BitOperations.IsPow2(number))
            return number;
        Refuse("batchDivisor", $"has to be a power of 2 from 1 to {ShardGroupWorkflow.MaxBatchDivisor}.");
        return null;
    }
}
