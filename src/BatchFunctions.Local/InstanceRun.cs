using System.Globalization;

namespace BatchFunctions.Local;

/// <summary>An instance at work, with what the engine knows of it and the instance does not.</summary>
/// <param name="job">The job that it belongs to.</param>
/// <param name="parent">The instance that asked for it, or null for the job's own.</param>
/// <param name="parentStep">The step of <paramref name="parent"/> that it is.</param>
internal sealed class InstanceRun(RunningJob job, InstanceRun? parent, WorkflowStep? parentStep)
{
    public RunningJob Job { get; } = job;

    public InstanceRun? Parent { get; } = parent;

    public WorkflowStep? ParentStep { get; } = parentStep;

    public WorkflowInstance Instance { get; set; } = null!;

    /// <summary>
    /// Its id in the journal, where an id that has ended is never used again. The job's own instance is called by the job's id in each of
    /// the job's runs; its sub-workflows have the run in their ids.
    /// </summary>
    public string JournalId => Parent is not null || Job.Request.Run == 1
        ? Instance.InstanceId
        : string.Create(CultureInfo.InvariantCulture, $"{Instance.InstanceId}:run{Job.Request.Run}");

    /// <summary>The instance's number in the journal; null before its first line.</summary>
    public long? Key { get; set; }

    /// <summary>The number of the next line of its history.</summary>
    public int NextOrdinal { get; set; }

    /// <summary>The time of its last line.</summary>
    public DateTimeOffset LastAt { get; set; }

    /// <summary>How often its steps had failed when the job was last stopped.</summary>
    public Dictionary<int, AttemptState> Attempts { get; set; } = [];

    /// <summary>Whether its end was seen to.</summary>
    public bool IsSettled { get; set; }

    /// <summary>The instance's number in the journal, given now where it has none.</summary>
    public long KeyIn(Journal journal) => Key ??= journal.InsertInstance(Job.Key, JournalId);

    /// <summary>Writes the next line of its history.</summary>
    public void Append(Journal journal, HistoryEntry entry)
    {
        // The history of an instance that has ended goes away with its end; nothing may stay behind.
        if (!IsSettled)
            journal.Append(KeyIn(journal), NextOrdinal++, entry);
    }

    /// <summary>The time of a line to come. A clock that is set back must not show a workflow two times in the wrong order.</summary>
    public DateTimeOffset Stamp(TimeProvider time)
    {
        var now = time.GetUtcNow();
        return LastAt = now > LastAt ? now : LastAt;
    }
}
