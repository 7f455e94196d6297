namespace BatchFunctions.Notifications;

/// <summary>What an event says of a job: the <c>data</c> of its CloudEvent, in camelCase.</summary>
public sealed record EventData
{
    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>The pipeline's name; null where the job ended before it was read.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Which run of the job it is, from 1.</summary>
    public required int Run { get; init; }

    /// <summary>What happened, for people; at most 4,000 characters.</summary>
    public required string Message { get; init; }

    /// <summary>The step that failed, such as <c>ScoreShard</c>; of other events null.</summary>
    public string? Step { get; init; }

    /// <summary>The shard that failed; null where none did.</summary>
    public int? Shard { get; init; }

    /// <summary>What kind of error it was; null where there was none.</summary>
    public string? ErrorKind { get; init; }

    /// <summary>The job's final status; null before its end.</summary>
    public string? Status { get; init; }

    /// <summary>The model: <c>name@version</c>; null where none was pinned.</summary>
    public string? Model { get; init; }

    /// <summary>The address of the run folder; null where there is none yet.</summary>
    public string? RunFolder { get; init; }

    /// <summary>The number of records; null before the job's end.</summary>
    public long? RecordsTotal { get; init; }

    /// <summary>The number of records with a score; null before the job's end.</summary>
    public long? RecordsScored { get; init; }

    /// <summary>The number of rejects; null before the job's end.</summary>
    public long? RecordsFailed { get; init; }

    /// <summary>What policy and alarms say, the first 20; empty where they say nothing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
