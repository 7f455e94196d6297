using Microsoft.DurableTask;

namespace BatchFunctions.FunctionApp.Tests;

/// <summary>A line of an orchestration's history.</summary>
/// <param name="Action">The number of the action that it ends; null for an event from outside.</param>
/// <param name="Name">The event's name.</param>
/// <param name="Outcome">What the action gave, or the event's payload.</param>
/// <param name="Failure">What the action failed of.</param>
internal sealed record ReplayedEvent(int? Action, string? Name, object? Outcome, TaskFailedException? Failure)
{
    public DateTime At { get; init; }
}
