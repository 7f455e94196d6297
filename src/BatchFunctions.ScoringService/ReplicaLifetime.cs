using BatchFunctions.Tier;
using Microsoft.Extensions.Hosting;

namespace BatchFunctions.ScoringService;

/// <summary>
/// Lets the heart beat from before the first request to after the last: the web server starts after this and stops before it. What is not committed then is handed back.
/// </summary>
internal sealed class ReplicaLifetime(ScoringReplica replica) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => replica.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => replica.StopAsync();
}
