using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>How many files must arrive before a job starts: the <c>trigger.arrival</c> key.</summary>
public sealed record ArrivalDefinition
{
    /// <summary>The number of files. Default: 1.</summary>
    [Key(Min = 1)]
    public int MinFiles { get; init; } = 1;

    /// <summary>Their bytes together. Default: 0.</summary>
    [Key(Form = KeyForm.Bytes, Min = 0)]
    public long MinBytes { get; init; }

    /// <summary>How long the first file waits for the others at most. Default: 15 minutes.</summary>
    [Key(Min = 0, AboveMin = true)]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMinutes(15);
}
