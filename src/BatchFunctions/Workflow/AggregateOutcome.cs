namespace BatchFunctions.Workflow;

/// <summary>What the shards came to, and what the policy makes of it.</summary>
/// <param name="Status"><see cref="JobStatus.Succeeded"/>, <see cref="JobStatus.SucceededWithWarnings"/> or <see cref="JobStatus.Failed"/>.</param>
/// <param name="RecordsTotal">The number of records.</param>
/// <param name="RecordsScored">The number of them with a score.</param>
/// <param name="RecordsFailed">The number of rejects.</param>
/// <param name="Warnings">Which limits were breached, for people.</param>
public sealed record AggregateOutcome(
    JobStatus Status,
    long RecordsTotal,
    long RecordsScored,
    long RecordsFailed,
    IReadOnlyList<string> Warnings);
