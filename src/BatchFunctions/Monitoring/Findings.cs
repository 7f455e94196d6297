namespace BatchFunctions.Monitoring;

/// <summary>What was found when a job's shards had been brought together: decided once, and shown in all that describes the run.</summary>
public sealed record Findings
{
    /// <summary>The job against its baseline, or null where it has none.</summary>
    public DriftSummary? Drift { get; init; }

    /// <summary>The number of records against the last jobs, or null where the pipeline does not ask.</summary>
    public VolumeSummary? Volume { get; init; }

    /// <summary>The limits that were not kept.</summary>
    public IReadOnlyList<Alarm> Alarms { get; init; } = [];
}
