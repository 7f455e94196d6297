namespace BatchFunctions.Local;

/// <summary>An event that a process left in the journal for the one that runs the job.</summary>
/// <param name="Key">Its number.</param>
/// <param name="Job">The job's number in the journal.</param>
/// <param name="Name">The event's name.</param>
/// <param name="Payload">Its payload.</param>
internal sealed record InboxEvent(long Key, long Job, string Name, string Payload);
