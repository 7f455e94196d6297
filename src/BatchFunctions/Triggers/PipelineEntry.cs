using System.Diagnostics.CodeAnalysis;
using BatchFunctions.Pipelines;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Triggers;

/// <summary>One file of the folder of pipelines.</summary>
public sealed record PipelineEntry
{
    /// <summary>The file's address, for <see cref="Workflow.JobRequest.Pipeline"/>.</summary>
    public required string Address { get; init; }

    /// <summary>The pipeline's name; null where the file cannot be read.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// What the file says; null where it cannot be read. It holds what came from the environment, secrets among it: show
    /// <see cref="Json"/> instead.
    /// </summary>
    public PipelineDefinition? Definition { get; init; }

    /// <summary>What the file says, as JSON in one fixed spelling, with <c>${NAME}</c> in place of what came from the environment; null where it cannot be read.</summary>
    public string? Json { get; init; }

    /// <summary>
    /// Why no job can be started from the file, for people, with its lines, and without what came from the environment; null where
    /// nothing is wrong.
    /// </summary>
    public string? Error { get; init; }

    /// <summary>Whether triggers start jobs from the file: it was read, and nothing is wrong with it.</summary>
    [MemberNotNullWhen(true, nameof(Name), nameof(Definition), nameof(Json))]
    public bool CanStart => Error is null && Name is not null && Definition is not null && Json is not null;

    /// <summary>Where its files arrive; null where the pipeline does not start by arrivals, or something is wrong with it.</summary>
    internal ArrivalSource? Arrivals { get; init; }

    /// <summary>When the pipeline's schedule next wants a job; null where it has none, or something is wrong with the file.</summary>
    /// <param name="now">The time after which it is sought.</param>
    public DateTimeOffset? NextDue(DateTimeOffset now) =>
        CanStart && Definition.Trigger?.Schedule is { } schedule
            ? new DateTimeOffset(ScheduleText.Parse(schedule).GetNextOccurrence(now.UtcDateTime), TimeSpan.Zero)
            : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Name ?? "?"} ({Address})";
}
