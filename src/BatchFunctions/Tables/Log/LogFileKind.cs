namespace BatchFunctions.Tables.Log;

/// <summary>What a file of the log is.</summary>
internal enum LogFileKind
{
    /// <summary>The actions of one version.</summary>
    Commit,

    /// <summary>The state at a version, or a part of it.</summary>
    Checkpoint,

    /// <summary>The state at a version in the second form of checkpoints, which is not read here.</summary>
    NamedCheckpoint,
}
