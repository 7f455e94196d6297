namespace BatchFunctions.Notifications;

/// <summary>What became of an event on one channel: <c>notifications/RUN-EVENT-CHANNEL.delivered.json</c> or <c>.failed.json</c> in the job's work folder.</summary>
public sealed record DeliveryRecord
{
    /// <summary>The event's id, the same in every try.</summary>
    public required string Id { get; init; }

    /// <summary>What happened to the job.</summary>
    public required string Event { get; init; }

    /// <summary>The channel: <c>event_grid</c> or <c>webhook</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>When the receiver took it, or when it was tried last.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How often it was tried without success.</summary>
    public int FailedAttempts { get; init; }

    /// <summary>Why the last try failed; null where the event was delivered.</summary>
    public string? Error { get; init; }
}
