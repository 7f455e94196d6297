using System.Runtime.InteropServices;

namespace BatchFunctions.Storage;

/// <summary>
/// Gives a file a name that must be free. <see cref="File.Move(string, string, bool)"/> does not do that on Unix: it looks whether the name is
/// free and then renames, so that of two writers at the same moment both win. A hard link is one step.
/// </summary>
internal static partial class ExclusiveMove
{
    private const int AlreadyExists = 17;

    /// <summary>Tries to move a file; its old name may remain, for the caller to delete.</summary>
    /// <returns>True where it has the new name, false where the name is taken, null where this file system cannot tell in one step.</returns>
    public static bool? TryMove(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(source, target, overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(target))
            {
                return false;
            }
        }

        if (Link(source, target) == 0)
            return true;

        // Some file systems have no hard links (FAT, SMB); a folder that is gone is the caller's to see when it tries otherwise.
        return Marshal.GetLastPInvokeError() == AlreadyExists ? false : null;
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string source, string target);
}
