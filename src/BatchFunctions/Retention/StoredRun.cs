using BatchFunctions.Results;
using BatchFunctions.Results.Reports;

namespace BatchFunctions.Retention;

/// <summary>A run folder as it lies in the store.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="Run">Where it is.</param>
/// <param name="Metadata">What it says of itself; null where it does not, or not any more.</param>
/// <param name="HasMarker">Whether it says that its job has ended.</param>
/// <param name="IsArchived">Whether it says that it was moved to an archive.</param>
/// <param name="Reprocesses">The reprocesses that have left evidence in it.</param>
/// <param name="Files">The number of its files.</param>
/// <param name="Bytes">Their length together.</param>
internal sealed record StoredRun(
    string JobId,
    RunFolder Run,
    RunMetadata? Metadata,
    bool HasMarker,
    bool IsArchived,
    IReadOnlyList<StoredReprocess> Reprocesses,
    int Files,
    long Bytes);
