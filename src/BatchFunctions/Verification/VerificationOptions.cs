namespace BatchFunctions.Verification;

/// <summary>How much of a job's output is looked at again.</summary>
public sealed record VerificationOptions
{
    /// <summary>How many shards are scored again, 0 for none. Default: 3, of which the first and the last are two.</summary>
    public int Sample { get; init; } = 3;

    /// <summary>Whether every shard is scored again, whatever <see cref="Sample"/> says.</summary>
    public bool All { get; init; }

    /// <summary>How many files and shards are looked at at once. Default: the number of processors.</summary>
    public int MaxParallel { get; init; } = Environment.ProcessorCount;
}
