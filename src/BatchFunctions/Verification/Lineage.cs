using BatchFunctions.Planning;
using BatchFunctions.Results;

namespace BatchFunctions.Verification;

/// <summary>Parts that were scored together, with what they were scored from.</summary>
/// <param name="Run">Where the parts are.</param>
/// <param name="Work">The commit records, or where they were.</param>
/// <param name="Job">What the scoring was pinned to; null where that is gone.</param>
/// <param name="Plan">The head of its plan; null where that is gone.</param>
/// <param name="Predictions">The parts with predictions that it published, in the shards' order.</param>
/// <param name="Rejects">The parts with rejects.</param>
internal sealed record Lineage(
    RunFolder Run, WorkFolder Work, JobDefinition? Job, Plan? Plan, IReadOnlyList<Part> Predictions, IReadOnlyList<Part> Rejects);
