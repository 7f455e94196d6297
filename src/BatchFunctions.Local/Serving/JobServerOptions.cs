using System.Net;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Serving;

/// <summary>How a server is set up.</summary>
public sealed record JobServerOptions
{
    /// <summary>The port that is listened on where none is named: 7072.</summary>
    public const int DefaultPort = 7072;

    /// <summary>What jobs, triggers and the API need of this machine; its stores confine every address.</summary>
    public required JobServices Services { get; init; }

    /// <summary>The address of the folder of pipelines.</summary>
    public required string Pipelines { get; init; }

    /// <summary>The engine, and its journal.</summary>
    public required EmbeddedEngineOptions Engine { get; init; }

    /// <summary>
    /// Gives the key that every request needs, but for those that anyone may make. It is asked for once, when no other server can be at
    /// work in the same place.
    /// </summary>
    public required Func<string> Key { get; init; }

    /// <summary>The address to listen on. Default: 127.0.0.1.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>The port to listen on; 0 for a free one. Default: <see cref="DefaultPort"/>.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>How often schedules are looked at. Default: 1 s.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the sources of pipelines are listed for files that arrived. Default: 10 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often what the pipelines' <c>retention</c> does not keep is removed or archived, for the first time at the start; null for never. Default: 6 h.</summary>
    public TimeSpan? CleanInterval { get; init; } = TimeSpan.FromHours(6);

    /// <inheritdoc/>
    public override string ToString() => nameof(JobServerOptions);
}
