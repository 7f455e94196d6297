using BatchFunctions.Scoring;

namespace BatchFunctions.Workflow;

/// <summary>A borrowed scorer. It goes back only where its use ended well; a scorer that failed is in an unknown state and is disposed of.</summary>
internal sealed class ScorerLease(ShardScorer scorer, Func<ShardScorer, bool, ValueTask> giveBack) : IAsyncDisposable
{
    private bool _keep;

    public ShardScorer Scorer => scorer;

    /// <summary>Declares that the use ended well.</summary>
    public void Keep() => _keep = true;

    public ValueTask DisposeAsync() => giveBack(scorer, _keep);
}
