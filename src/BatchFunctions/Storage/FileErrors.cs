namespace BatchFunctions.Storage;

/// <summary>Says what a failure of the file system means to a job and to the person who started it.</summary>
internal static class FileErrors
{
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    /// <summary>Whether <paramref name="exception"/> is one that <see cref="Translate"/> has words for.</summary>
    public static bool IsFileError(Exception exception) =>
        exception is IOException or UnauthorizedAccessException || IsFileTooLarge(exception);

    /// <summary>The error to throw instead of <paramref name="exception"/>.</summary>
    /// <param name="exception">What the file system answered.</param>
    /// <param name="path">The file or folder.</param>
    /// <param name="doing">What was being done, as in "could not be written".</param>
    public static BatchFunctionsException Translate(Exception exception, string path, string doing)
    {
        var (kind, what) = exception switch
        {
            FileNotFoundException or DirectoryNotFoundException =>
                (ErrorKind.Integrity, "it is not there any more; leave the files of a job alone until it has ended"),
            PathTooLongException => (ErrorKind.Request, "the path is too long; choose a shorter folder"),
            UnauthorizedAccessException =>
                (ErrorKind.Environment, "access denied; give this user the right to it, or choose another folder"),
            _ when IsFileTooLarge(exception) =>
                (ErrorKind.Environment, "the file would be larger than this user or this disk allows; raise the limit or choose another folder, then start the job again under another id"),
            _ when IsDiskFull(exception) =>
                (ErrorKind.Environment, "disk full; free space on that disk or choose another folder, then start the job again under another id"),
            _ when IsReadOnly(exception) => (ErrorKind.Environment, "the disk is read-only; choose another folder"),
            _ when IsDamaged(exception) => (ErrorKind.Environment, "the disk reports an input/output error; check the disk"),
            _ when IsNoFolder(exception) => (ErrorKind.Request, "a part of the path is a file, not a folder"),
            _ when exception.HResult == WindowsSharingViolation => (ErrorKind.Transient, "another program holds it open"),
            _ => (ErrorKind.Transient, exception.Message),
        };
        return new BatchFunctionsException(kind, $"{path} {doing}: {what}.", exception);
    }

    // On Unix the HResult of an IOException without a type of its own is the errno.
    private static bool IsDiskFull(Exception exception) => OperatingSystem.IsWindows()
        ? exception.HResult is WindowsDiskFull or WindowsHandleDiskFull
        : exception.HResult is 28 or 27 || exception.HResult == (OperatingSystem.IsMacOS() ? 69 : 122);

    // So .NET tells EFBIG, which a limit on the size of files leads to.
    private static bool IsFileTooLarge(Exception exception) => exception is ArgumentOutOfRangeException { ParamName: "value" };

    private static bool IsReadOnly(Exception exception) => !OperatingSystem.IsWindows() && exception.HResult == 30;

    private static bool IsDamaged(Exception exception) => !OperatingSystem.IsWindows() && exception.HResult == 5;

    private static bool IsNoFolder(Exception exception) => !OperatingSystem.IsWindows() && exception.HResult == 20;
}
