using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>What starts a job: the <c>trigger</c> key.</summary>
public sealed record TriggerDefinition
{
    /// <summary>When jobs start by the clock, as an NCRONTAB expression of six fields, or of five without the second, in UTC. Default: never.</summary>
    [Key(Form = KeyForm.Schedule, Example = "0 0 2 * * *")]
    public string? Schedule { get; init; }

    /// <summary>When jobs start by files that arrive. Default: never.</summary>
    public ArrivalDefinition? Arrival { get; init; }
}
