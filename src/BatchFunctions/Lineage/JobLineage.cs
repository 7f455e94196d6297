using BatchFunctions.Workflow;

namespace BatchFunctions.Lineage;

/// <summary>Where a job's output comes from, and where it is.</summary>
/// <param name="Use">What the job was pinned to.</param>
/// <param name="Status">Where the job stands, as its run folder or the engine says; null where neither does.</param>
/// <param name="RecordsTotal">The number of its records; null where it has not ended, or its run folder is gone.</param>
/// <param name="RecordsScored">The number of records with a score.</param>
/// <param name="RecordsFailed">The number of rejects.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Reprocesses">The jobs that scored its rejects again and added to its output, in order.</param>
public sealed record JobLineage(
    ModelUse Use,
    JobStatus? Status,
    long? RecordsTotal,
    long? RecordsScored,
    long? RecordsFailed,
    DateTimeOffset? EndedAt,
    IReadOnlyList<string> Reprocesses);
