namespace BatchFunctions.Cli.Progress;

/// <summary>Shows how far a job is while it runs.</summary>
internal interface IProgressDisplay
{
    /// <summary>Runs <paramref name="job"/> and shows what <paramref name="watch"/> sees of it, until it ends in whichever way.</summary>
    Task<T> ShowAsync<T>(JobWatch watch, Func<Task<T>> job);
}
