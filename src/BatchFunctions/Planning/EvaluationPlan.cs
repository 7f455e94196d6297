using BatchFunctions.Metrics.Evaluations;

namespace BatchFunctions.Planning;

/// <summary>How a job's predictions are compared with labels, as it was pinned when the job was prepared.</summary>
public sealed record EvaluationPlan
{
    /// <summary>What is compared.</summary>
    public required EvaluationTask Task { get; init; }

    /// <summary>The column with the truth.</summary>
    public required string Label { get; init; }

    /// <summary>
    /// The labels by class: the negative one (null where every label that is not positive is) and the positive one of two classes, all of
    /// several classes, none for numbers.
    /// </summary>
    public IReadOnlyList<string?> Classes { get; init; } = [];

    /// <summary>The columns by whose values the measures are also given.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>The columns that are read for evaluation alone; what is wrong with their values makes no reject.</summary>
    public IReadOnlyList<string> OwnColumns { get; init; } = [];

    /// <summary>All columns that evaluation reads, each once.</summary>
    internal IEnumerable<string> Columns() => Segments.Prepend(Label).Distinct(StringComparer.Ordinal);
}
