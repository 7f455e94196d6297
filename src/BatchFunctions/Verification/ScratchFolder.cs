using BatchFunctions.Storage;

namespace BatchFunctions.Verification;

/// <summary>A folder of this process for what is compared and thrown away, whatever its size.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("batchfn-verify-");

    /// <summary>An empty file, gone when its stream is disposed of.</summary>
    public Stream Create() => new FileStream(
        Path.Combine(_folder.FullName, Guid.NewGuid().ToString("n")), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 128 * 1024, FileOptions.DeleteOnClose);

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            // A temporary folder; the system clears it in its time.
        }
    }
}
