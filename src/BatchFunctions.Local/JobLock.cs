namespace BatchFunctions.Local;

/// <summary>
/// The right to run a job: a lock that the operating system holds on a file beside the journal, and releases when the process ends,
/// however it ends.
/// </summary>
internal sealed class JobLock : IDisposable
{
    private const int Tries = 6;

    private readonly FileStream _file;

    private JobLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or gives null where another process, or another engine of this one, has it.</summary>
    public static async Task<JobLock?> TryTakeAsync(string journalPath, string jobId, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(FolderOf(journalPath));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new JobLock(new FileStream(PathOf(journalPath, jobId), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (IOException) when (attempt < Tries)
            {
                // Somebody who only asks whether the job is running holds the file for an instant.
                await Task.Delay(TimeSpan.FromMilliseconds(10 * attempt), cancellationToken);
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    /// <summary>Whether somebody runs the job.</summary>
    public static bool IsTaken(string journalPath, string jobId)
    {
        try
        {
            using var file = new FileStream(PathOf(journalPath, jobId), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return false;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>
    /// Removes the file of a job that has ended. Whoever takes the lock from now on finds the end in the journal, so that it does not
    /// matter that they may hold different files.
    /// </summary>
    public void Remove()
    {
        try
        {
            File.Delete(_file.Name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // An empty file stays behind, as it does where a file in use cannot be removed.
        }
    }

    public void Dispose() => _file.Dispose();

    private static string FolderOf(string journalPath) => journalPath + ".locks";

    private static string PathOf(string journalPath, string jobId) => Path.Combine(FolderOf(journalPath), jobId + ".lock");
}
