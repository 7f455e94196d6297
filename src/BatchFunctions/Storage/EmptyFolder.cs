using System.Runtime.InteropServices;

namespace BatchFunctions.Storage;

/// <summary>
/// Removes folders that are empty, and leaves alone those that are not, in one step of the file system. Looking first would cost more the more
/// names a folder holds, for each of the objects that are written to it.
/// </summary>
internal static partial class EmptyFolder
{
    /// <summary>Removes a folder; gives false where it is not empty, is not there or may not be removed.</summary>
    public static bool TryRemove(string path)
    {
        if (!OperatingSystem.IsWindows())
            return RemoveDirectory(path) == 0;
        try
        {
            if (Directory.EnumerateFileSystemEntries(path).Any())
                return false;
            Directory.Delete(path);
            return true;
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "rmdir", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RemoveDirectory(string path);
}
