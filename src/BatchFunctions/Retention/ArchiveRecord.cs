namespace BatchFunctions.Retention;

/// <summary>
/// What an archived run folder held: <c>archive.json</c> in the archive, written when all files are there and right, and <c>_ARCHIVED</c> where the run was.
/// </summary>
public sealed record ArchiveRecord
{
    /// <summary>The file's name in the archive.</summary>
    public const string FileName = "archive.json";

    /// <summary>The file's name where the run was.</summary>
    public const string Stub = "_ARCHIVED";

    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>The address of the run folder.</summary>
    public required string From { get; init; }

    /// <summary>The address of the archive.</summary>
    public required string To { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The files, by name.</summary>
    public required IReadOnlyList<ArchivedFile> Files { get; init; }
}
