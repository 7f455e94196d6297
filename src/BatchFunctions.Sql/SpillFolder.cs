namespace BatchFunctions.Sql;

/// <summary>
/// A folder of its own for one view, removed with this. A process that is killed leaves its folder; whoever makes one next removes it, which the lock in it
/// allows once its owner is gone.
/// </summary>
internal sealed class SpillFolder : IDisposable
{
    private const string Prefix = "batchfn-sql-";
    private const string Lock = "lock";

    private readonly FileStream _lock;

    /// <summary>Makes the folder.</summary>
    /// <param name="parent">The folder to make it in.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Environment"/>: nothing can be written there.</exception>
    public SpillFolder(string parent)
    {
        try
        {
            string folder = System.IO.Path.GetFullPath(parent);
            Directory.CreateDirectory(folder);
            RemoveLeft(folder);
            Path = Directory.CreateDirectory(System.IO.Path.Combine(folder, $"{Prefix}{Guid.NewGuid():n}")).FullName;
            _lock = new FileStream(System.IO.Path.Combine(Path, Lock), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BatchFunctionsException(ErrorKind.Environment, $"Nothing can be written to {parent}: {failure.Message} {SqlOptions.FolderVariable} names another folder.", failure);
        }
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    public void Dispose()
    {
        _lock.Dispose();
        Directory.Delete(Path, recursive: true);
    }

    private static void RemoveLeft(string parent)
    {
        foreach (string left in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            try
            {
                using (new FileStream(System.IO.Path.Combine(left, Lock), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    // Nobody holds it.
                }

                Directory.Delete(left, recursive: true);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Somebody is at work in it, or it is another's.
            }
        }
    }
}
