using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;

namespace BatchFunctions.Verification;

/// <summary>Parts that were scored together, by the job itself or by a reprocess, with what they were scored from.</summary>
/// <param name="Run">Where metadata and manifest of that scoring are.</param>
/// <param name="Work">The commit records, or what is kept of them.</param>
/// <param name="Job">What the scoring was pinned to; null where that is gone.</param>
/// <param name="Plan">The head of its plan; null where that is gone.</param>
/// <param name="PredictionsFolder">Where its predictions are.</param>
/// <param name="Predictions">The parts with predictions that it published, in the shards' order.</param>
/// <param name="RejectsFolder">Where its rejects are.</param>
/// <param name="Rejects">The parts with rejects.</param>
internal sealed record Lineage(
    RunFolder Run,
    WorkFolder Work,
    JobDefinition? Job,
    Plan? Plan,
    StoreLocation PredictionsFolder,
    IReadOnlyList<Part> Predictions,
    StoreLocation RejectsFolder,
    IReadOnlyList<Part> Rejects);
