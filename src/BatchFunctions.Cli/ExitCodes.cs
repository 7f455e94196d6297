namespace BatchFunctions.Cli;

/// <summary>What <c>batchfn</c> tells the process that started it.</summary>
internal static class ExitCodes
{
    /// <summary>The job succeeded, with or without warnings; or the command did what it was asked.</summary>
    public const int Succeeded = 0;

    /// <summary>The job failed, or the command could not do what it was asked.</summary>
    public const int Failed = 1;

    /// <summary>The request was wrong: command line, pipeline, model reference, or an input that does not fit the model.</summary>
    public const int WrongRequest = 2;

    /// <summary>The job was cancelled, or interrupted by a signal.</summary>
    public const int Cancelled = 130;
}
