using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>How long <c>batchfn clean</c> keeps what the pipeline's jobs have left: the <c>retention</c> key.</summary>
public sealed record RetentionDefinition
{
    /// <summary>How long a run folder is kept after its job ended. Default: for good.</summary>
    [Key(Min = 0, AboveMin = true, Example = "90d")]
    public TimeSpan? Runs { get; init; }

    /// <summary>How many of the newest published runs are kept, however old they are. Default: 1.</summary>
    [Key(Min = 1)]
    public int KeepLast { get; init; } = 1;

    /// <summary>How long work files are kept after their job ended, and so how long a failed job can be retried. Default: for good.</summary>
    [Key(Min = 0, AboveMin = true, Example = "7d")]
    public TimeSpan? Work { get; init; }

    /// <summary>Where run folders are moved when their time is up: a folder or an address. Default: they are removed.</summary>
    [Key(Example = "azure://archive/scored")]
    public string? Archive { get; init; }
}
