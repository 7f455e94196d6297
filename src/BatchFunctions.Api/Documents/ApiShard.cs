using BatchFunctions.Results;
using BatchFunctions.Workflow;

namespace BatchFunctions.Api.Documents;

/// <summary>A shard as the API shows it; what a shard has only once it is committed is left out before.</summary>
public sealed record ApiShard
{
    /// <summary>The shard's number, from 0, in the input's order.</summary>
    public required int Shard { get; init; }

    /// <summary>Where it stands.</summary>
    public required ShardState State { get; init; }

    /// <summary>The number of records read, or planned where it is pending; left out where that is not known.</summary>
    public long? Records { get; init; }

    /// <summary>The number of records with a score.</summary>
    public long? Scored { get; init; }

    /// <summary>The number of rejects.</summary>
    public long? Failed { get; init; }

    /// <summary>How long scoring took, in seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>Rows handed to one model run.</summary>
    public int? BatchSize { get; init; }

    /// <summary>When it was committed.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>The file of its predictions.</summary>
    public Part? Predictions { get; init; }

    /// <summary>The file of its rejects; left out where there are none.</summary>
    public Part? Rejects { get; init; }

    /// <summary>Shows a shard.</summary>
    public static ApiShard Of(ShardView shard)
    {
        ArgumentNullException.ThrowIfNull(shard);
        return new ApiShard
        {
            Shard = shard.Shard,
            State = shard.State,
            Records = shard.Records,
            Scored = shard.Commit?.Scored,
            Failed = shard.Commit?.Failed,
            Seconds = shard.Commit?.Seconds,
            BatchSize = shard.Commit?.BatchSize,
            CommittedAt = shard.Commit?.CommittedAt,
            Predictions = shard.Commit?.Predictions,
            Rejects = shard.Commit?.Rejects,
        };
    }
}
