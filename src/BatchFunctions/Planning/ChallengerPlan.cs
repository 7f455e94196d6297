using BatchFunctions.Models;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Planning;

/// <summary>The second model of a job, as it was pinned when the job was prepared.</summary>
public sealed record ChallengerPlan
{
    /// <summary>The model with its digests.</summary>
    public required PinnedModel Model { get; init; }

    /// <summary>What is made of its scores: what the pipeline says, else its own manifest.</summary>
    public required DecisionsDefinition Decisions { get; init; }

    /// <summary>The columns that are read for it alone; what is wrong with their values makes no reject.</summary>
    public IReadOnlyList<string> OwnColumns { get; init; } = [];
}
