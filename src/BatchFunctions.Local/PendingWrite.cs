namespace BatchFunctions.Local;

/// <summary>Something to be written with the next transaction.</summary>
/// <param name="Job">The job at work that it belongs to; nothing is written or delivered once that is over. Null for what somebody asked of the engine.</param>
/// <param name="Write">Writes it.</param>
/// <param name="Deliver">Carries it on, once it is committed.</param>
/// <param name="Fail">Called where it cannot be written; null where nobody waits for it.</param>
internal readonly record struct PendingWrite(RunningJob? Job, Action<Journal> Write, Action Deliver, Action<Exception>? Fail = null)
{
    /// <summary>Whether it no longer counts.</summary>
    public bool IsStale => Job is { IsOver: true };
}
