using BatchFunctions.Metrics.Evaluations;
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

    /// <summary>The names of the model's classes where there are several with a probability of their own; otherwise empty.</summary>
    public IReadOnlyList<string> ModelClasses { get; init; } = [];

    /// <summary>The names of the challenger's own classes, in the order of its probabilities; otherwise empty.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The columns that are read for it alone; what is wrong with their values makes no reject.</summary>
    public IReadOnlyList<string> OwnColumns { get; init; } = [];

    /// <summary>How its predictions are compared with labels: as the model's, by its own classes. Null where they are not.</summary>
    /// <param name="evaluation">How the model's are; null where they are not.</param>
    internal EvaluationPlan? EvaluationOf(EvaluationPlan? evaluation) => evaluation switch
    {
        { Task: EvaluationTask.Multiclass } => evaluation with { Classes = [.. Classes] },

        // A regression that the model's manifest makes classes of, and the challenger's does not.
        { Task: EvaluationTask.Binary } when Decisions is { Threshold: null, Thresholds: null } => null,
        _ => evaluation,
    };
}
