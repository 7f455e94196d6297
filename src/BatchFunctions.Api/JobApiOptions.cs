namespace BatchFunctions.Api;

/// <summary>How the API is set up.</summary>
public sealed record JobApiOptions
{
    /// <summary>How many bytes a request's body may have. Default: 64 KiB.</summary>
    public int MaxBodyBytes { get; init; } = 64 * 1024;

    /// <summary>How long stores may take to answer when the host's health is asked for. Default: 5 s.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
