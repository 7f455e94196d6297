using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>Who is told of a job: the <c>notify</c> key.</summary>
public sealed record NotifyDefinition
{
    /// <summary>Whether events go to the Event Grid topic that the machine is configured with. Default: false.</summary>
    public bool EventGrid { get; init; }

    /// <summary>The address that events are posted to, signed; its host must be one that the machine allows. Default: none.</summary>
    [Key(Form = KeyForm.Address, Example = "${ALERT_WEBHOOK}")]
    public string? Webhook { get; init; }
}
