namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>A way to score files, timed by itself.</summary>
internal interface IContender : IAsyncDisposable
{
    /// <summary>Scores everything once.</summary>
    Task<ContenderAnswer> RunAsync(CancellationToken cancellationToken);
}
