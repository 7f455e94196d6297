namespace BatchFunctions.Incremental;

/// <summary>A version of a file whose records were scored.</summary>
/// <param name="Address">The file's address.</param>
/// <param name="ETag">The version.</param>
/// <param name="By">The job that scored it, or who set the mark by hand.</param>
public sealed record MarkedFile(string Address, string ETag, string By)
{
    /// <summary>Since when the file has been gone from the source; null while it is there.</summary>
    public DateTimeOffset? GoneSince { get; init; }
}
