using System.Text.Json.Serialization;

namespace BatchFunctions.Retention;

/// <summary>That somebody removed or archived something of a job: a file <c>_audit/JOB/0001.json</c> in the pipeline's folder of the output, written once.</summary>
public sealed record AuditEntry
{
    /// <summary>Which entry of the job it is, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>What was done.</summary>
    public required AuditAction Action { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The address of what was removed or archived.</summary>
    public required string Address { get; init; }

    /// <summary>The address of the archive; null where nothing was archived.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? To { get; init; }

    /// <summary>The number of files.</summary>
    public required int Files { get; init; }

    /// <summary>Their length together.</summary>
    public required long Bytes { get; init; }
}
