namespace BatchFunctions.Api.Documents;

/// <summary>How many files must arrive before a job starts.</summary>
/// <param name="MinFiles">The number of files.</param>
/// <param name="MinBytes">Their bytes together.</param>
/// <param name="MaxWaitSeconds">How long the first file waits for the others at most.</param>
public sealed record ApiArrival(int MinFiles, long MinBytes, double MaxWaitSeconds);
