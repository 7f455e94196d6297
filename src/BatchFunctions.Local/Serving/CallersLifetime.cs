using Microsoft.Extensions.Hosting;

namespace BatchFunctions.Local.Serving;

/// <summary>Leaves the process's signals to whoever started the server.</summary>
internal sealed class CallersLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
