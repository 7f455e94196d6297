namespace BatchFunctions.Incremental;

/// <summary>Where a mark is to be moved by hand.</summary>
public sealed record MarkWish
{
    private MarkWish()
    {
    }

    /// <summary>To everything that the source has now: only what comes later is scored.</summary>
    public static MarkWish Everything { get; } = new();

    /// <summary>To the beginning: the next job scores everything.</summary>
    public static MarkWish Reset { get; } = new() { IsReset = true };

    internal bool IsReset { get; private init; }

    internal long? Version { get; private init; }

    internal DateOnly? Until { get; private init; }

    /// <summary>To a version of the source's Delta table.</summary>
    public static MarkWish ToVersion(long version) => new() { Version = version };

    /// <summary>To the files whose names say a date up to <paramref name="date"/>, and no others.</summary>
    public static MarkWish UntilDate(DateOnly date) => new() { Until = date };
}
