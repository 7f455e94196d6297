namespace BatchFunctions.Pipelines;

/// <summary>Whether a job writes down the SHA-256 of its input's files: the <c>source.hash</c> key.</summary>
public enum SnapshotHashing
{
    /// <summary>Where all files together are small enough that it costs next to nothing.</summary>
    Auto,

    /// <summary>Whatever their size.</summary>
    Always,

    /// <summary>Not at all.</summary>
    Never,
}
