using System.Text.Json.Serialization;

namespace BatchFunctions.Tier;

/// <summary>Asks a replica to score a shard: where it is, never what is in it.</summary>
/// <param name="Job">The job's id; its work folder is where the service's own settings say.</param>
/// <param name="Shard">The shard's number.</param>
/// <param name="Attempt">The number of this dispatch of the shard, from 1: the same one may be sent again, a larger one takes the place of a smaller.</param>
/// <param name="BatchDivisor">What the planned batch size is divided by: 1, or a power of 2 after memory trouble.</param>
public sealed record ShardOrder(string Job, int Shard, int Attempt = 1, int BatchDivisor = 1)
{
    /// <summary>The span that the job's steps belong to, as W3C writes it; null where none was recorded that started the job. It travels as the header <c>traceparent</c>.</summary>
    [JsonIgnore]
    public string? TraceParent { get; init; }
}
