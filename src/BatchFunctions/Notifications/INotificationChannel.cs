using Azure.Messaging;

namespace BatchFunctions.Notifications;

/// <summary>A way to a receiver of events.</summary>
internal interface INotificationChannel
{
    /// <summary>Its name in records: <c>event_grid</c> or <c>webhook</c>.</summary>
    string Name { get; }

    /// <summary>Sends an event once.</summary>
    /// <exception cref="BatchFunctionsException">The receiver did not take it; the message holds no secret. Another try may help where the kind is <see cref="ErrorKind.Transient"/>.</exception>
    Task SendAsync(CloudEvent message, CancellationToken cancellationToken);
}
