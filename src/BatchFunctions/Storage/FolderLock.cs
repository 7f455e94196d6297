namespace BatchFunctions.Storage;

/// <summary>
/// Makes "replace if it is still this version" one step among all processes that write to a folder: a file system can only replace,
/// so that those who compare and replace take turns. The first to compare leaves the lock's file, which is hidden; where it is not,
/// nobody compares and nobody needs to wait.
/// </summary>
internal static class FolderLock
{
    /// <summary>The name of the lock's file.</summary>
    public const string FileName = ".lock";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>Waits for the folder's lock.</summary>
    public static async Task<IDisposable> AcquireAsync(string folder, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException) && File.Exists(path))
            {
                await Task.Delay(Pause, timeProvider, cancellationToken);
            }
        }
    }

    /// <summary>Waits for the folder's lock where anyone ever compared in it.</summary>
    public static async Task<IDisposable?> AcquireIfUsedAsync(string folder, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        File.Exists(Path.Combine(folder, FileName)) ? await AcquireAsync(folder, timeProvider, cancellationToken) : null;
}
