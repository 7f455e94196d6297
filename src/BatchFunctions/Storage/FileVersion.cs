using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace BatchFunctions.Storage;

/// <summary>What tells one content of a file from another: its length and the time of its last write.</summary>
/// <remarks>
/// Neither inode nor change time is part of it: network and container mounts renumber inodes, and a backup's hard link changes the
/// latter. Instead, a write by the store always moves the time of the last write on.
/// </remarks>
/// <param name="Length">The length in bytes.</param>
/// <param name="LastWrite">The time of the last write.</param>
internal readonly record struct FileVersion(long Length, DateTime LastWrite)
{
    /// <summary>The version as a word.</summary>
    public string ETag => string.Create(CultureInfo.InvariantCulture, $"{Length:x}-{LastWrite.Ticks:x}");

    /// <summary>The version of an existing file.</summary>
    public static FileVersion Of(FileInfo file) => new(file.Length, file.LastWriteTimeUtc);

    /// <summary>The version of an open file.</summary>
    public static FileVersion Of(SafeFileHandle handle) => new(RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));

    /// <summary>The object that a file of this version is.</summary>
    public ObjectProperties ToProperties(string key) => new(key, Length, ETag, new DateTimeOffset(LastWrite, TimeSpan.Zero));
}
