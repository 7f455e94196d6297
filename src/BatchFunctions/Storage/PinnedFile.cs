using Microsoft.Win32.SafeHandles;

namespace BatchFunctions.Storage;

/// <summary>A file opened for reading one version of it: every read fails once the file is not that version any more.</summary>
internal sealed class PinnedFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly FileVersion _version;
    private readonly string _path;

    private PinnedFile(SafeFileHandle handle, FileVersion version, string path)
    {
        _handle = handle;
        _version = version;
        _path = path;
    }

    /// <summary>The file's length in bytes.</summary>
    public long Length => _version.Length;

    /// <summary>Opens the version <paramref name="etag"/> of a file, or whichever is there where that is null.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: the file is gone or another version.</exception>
    public static PinnedFile Open(string path, string? etag)
    {
        SafeFileHandle? handle = null;
        try
        {
            // Readers stand in nobody's way: no sharing lock is taken.
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var version = FileVersion.Of(handle);
            if (etag is not null && version.ETag != etag)
                throw Changed(path);
            return new PinnedFile(handle, version, path);
        }
        catch (Exception exception)
        {
            handle?.Dispose();
            if (!FileErrors.IsFileError(exception))
                throw;
            throw Directory.Exists(path)
                ? new BatchFunctionsException(ErrorKind.Integrity, $"{path} cannot be read: it is a folder, not a file.", exception)
                : FileErrors.Translate(exception, path, "cannot be read");
        }
    }

    /// <summary>Reads up to <paramref name="buffer"/>'s length of bytes; gives how many, 0 only at the end of the file.</summary>
    public int Read(long offset, Span<byte> buffer)
    {
        int read;
        try
        {
            read = RandomAccess.Read(_handle, buffer, offset);
            // Afterwards, so that bytes written in place before the read are noticed too.
            if (FileVersion.Of(_handle) != _version)
                throw Changed(_path);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Translate(exception, _path, "cannot be read");
        }

        return read;
    }

    /// <summary>Fills <paramref name="buffer"/>.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: the file is shorter.</exception>
    public void ReadExactly(long offset, Span<byte> buffer)
    {
        if (offset > Length - buffer.Length)
            throw TooShort(offset + buffer.Length);
        while (buffer.Length > 0)
        {
            var read = Read(offset, buffer);
            if (read == 0)
                throw TooShort(offset + buffer.Length);
            offset += read;
            buffer = buffer[read..];
        }
    }

    /// <summary>Refuses to read up to <paramref name="end"/>.</summary>
    public BatchFunctionsException TooShort(long end) => new(
        ErrorKind.Integrity,
        $"{_path} cannot be read up to byte {end}: it has {Length} bytes. It is truncated; put the whole file there and start a new job.");

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static BatchFunctionsException Changed(string path) => new(
        ErrorKind.Integrity,
        $"{path} is not the version that was pinned: it changed during the job. Leave the files of a job alone until it has ended, and start a new job.");
}
