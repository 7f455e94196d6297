namespace BatchFunctions.Local;

/// <summary>Something to be written with the next transaction.</summary>
/// <param name="Job">The job that it belongs to; nothing is written or delivered once that is over.</param>
/// <param name="Write">Writes it.</param>
/// <param name="Deliver">Carries it on, once it is committed.</param>
internal readonly record struct PendingWrite(RunningJob Job, Action<Journal> Write, Action Deliver);
