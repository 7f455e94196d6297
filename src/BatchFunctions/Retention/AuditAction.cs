namespace BatchFunctions.Retention;

/// <summary>What is done to something of a job. What takes several steps is written down before the first and after the last.</summary>
public enum AuditAction
{
    /// <summary>A run folder is about to be removed.</summary>
    RemovingRun,

    /// <summary>A run folder was removed.</summary>
    RemovedRun,

    /// <summary>A run folder is about to be archived.</summary>
    ArchivingRun,

    /// <summary>A run folder was archived, and the original removed.</summary>
    ArchivedRun,

    /// <summary>A run folder was copied to an archive; the original is as it was.</summary>
    CopiedRun,

    /// <summary>The work files of a job were removed.</summary>
    RemovedWork,

    /// <summary>The list of the files that a job was started for was removed.</summary>
    RemovedArrivals,
}
