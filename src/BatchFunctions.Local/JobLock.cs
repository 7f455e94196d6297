using System.Globalization;

namespace BatchFunctions.Local;

/// <summary>
/// The right to do one run of a job: a lock that the operating system holds on a file beside the journal, and releases when the process
/// ends, however it ends. Whoever has taken it looks into the journal then, whether the run is still to be done.
/// </summary>
internal sealed class JobLock : IDisposable
{
    private const int Tries = 6;

    private readonly FileStream _file;

    private JobLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or gives null where another process, or another engine of this one, has it.</summary>
    public static async Task<JobLock?> TryTakeAsync(string journalPath, string jobId, int run, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(FolderOf(journalPath));
        var path = PathOf(journalPath, jobId, run);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
                if (File.Exists(path))
                    return new JobLock(file);

                // It was removed between opening and locking; whoever comes next would lock another.
                await file.DisposeAsync();
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

    /// <summary>Whether somebody is at work on the run.</summary>
    public static bool IsTaken(string journalPath, string jobId, int run)
    {
        try
        {
            using var file = new FileStream(PathOf(journalPath, jobId, run), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
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
    /// Removes the file of a run that has ended. A run that has ended is never done again, and whoever takes the lock from now on finds
    /// its end in the journal, so that it does not matter that they may hold different files.
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

    private static string PathOf(string journalPath, string jobId, int run) => Path.Combine(
        FolderOf(journalPath), run == 1 ? $"{jobId}.lock" : string.Create(CultureInfo.InvariantCulture, $"{jobId}.run{run}.lock"));
}
