using System.Globalization;

namespace BatchFunctions.Local;

/// <summary>
/// The right to serve a journal: a lock that the operating system holds on a file beside it, and releases when the process ends, however
/// it ends. Two queues on one journal would do no harm, but two servers would start the same schedules and ask for the same port.
/// </summary>
public sealed class ServeLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _holderPath;

    private ServeLock(FileStream file, string holderPath) => (_file, _holderPath) = (file, holderPath);

    /// <summary>Takes the right.</summary>
    /// <param name="journalPath">The journal's file; it need not be there yet.</param>
    /// <param name="time">The clock, for what others are told.</param>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: another process has it, the message says which. <see cref="ErrorKind.Environment"/>: the file cannot be written.
    /// </exception>
    public static ServeLock Take(string journalPath, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(journalPath);
        ArgumentNullException.ThrowIfNull(time);
        var path = Path.GetFullPath(journalPath);
        FileStream? file = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            file = Open(path + ".serve.lock") ?? throw new BatchFunctionsException(
                ErrorKind.Request,
                $"{HolderOf(HolderPathOf(path))} serves the journal {journalPath} already. Talk to that one, stop it first, or use another data folder.");
            File.WriteAllText(HolderPathOf(path), string.Create(
                CultureInfo.InvariantCulture,
                $"Process {Environment.ProcessId} on {Environment.MachineName}, started at {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC,"));
            return new ServeLock(file, HolderPathOf(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new BatchFunctionsException(
                ErrorKind.Environment, $"The journal {journalPath} cannot be locked: {failure.Message} Check the path, the disk and who may write there.", failure);
        }
    }

    /// <summary>Gives the right back.</summary>
    public void Dispose()
    {
        if (!_file.CanWrite)
            return;
        try
        {
            File.Delete(_holderPath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next one to take the right writes its own name there.
        }

        _file.Dispose();
    }

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    // The locked file cannot be read by others, so the name stands beside it.
    private static string HolderPathOf(string journalPath) => journalPath + ".serve.txt";

    private static string HolderOf(string holderPath)
    {
        try
        {
            return File.ReadAllText(holderPath) is { Length: > 0 } holder ? holder : "Another process";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "Another process";
        }
    }
}
