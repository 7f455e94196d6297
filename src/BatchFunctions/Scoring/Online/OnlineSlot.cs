namespace BatchFunctions.Scoring.Online;

/// <summary>A target that is loaded or being loaded, with who uses it. Guarded by whoever holds it.</summary>
/// <param name="load">Loads the target.</param>
/// <param name="now">The time.</param>
internal sealed class OnlineSlot(Func<Task<OnlineTarget>> load, long now) : IAsyncDisposable
{
    public Lazy<Task<OnlineTarget>> Target { get; } = new(load);

    public int Users { get; set; }

    public long UsedAt { get; set; } = now;

    public long CheckedAt { get; set; } = now;

    public bool IsChecking { get; set; }

    /// <summary>Whether another one has its place; whoever uses it last disposes of it.</summary>
    public bool IsGone { get; set; }

    public bool HasFailed => Target is { IsValueCreated: true, Value.IsFaulted: true };

    public async ValueTask DisposeAsync()
    {
        if (!Target.IsValueCreated)
            return;
        await ((Task)Target.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Target.Value.IsCompletedSuccessfully)
            await (await Target.Value).DisposeAsync();
    }
}
