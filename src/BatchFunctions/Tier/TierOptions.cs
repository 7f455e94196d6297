namespace BatchFunctions.Tier;

/// <summary>How a host reaches the scoring service.</summary>
public sealed record TierOptions
{
    /// <summary>The variable of <see cref="Endpoints"/>, separated by ';'.</summary>
    public const string EndpointsVariable = "BATCHFN_SCORING_ENDPOINTS";

    /// <summary>The variable of <see cref="Key"/>.</summary>
    public const string KeyVariable = "BATCHFN_SCORING_KEY";

    /// <summary>The folder in the work folder that has as many files as replicas are wanted, for platforms that count them.</summary>
    public const string WantedFolder = "_wanted";

    /// <summary>Where it answers: one address with replicas behind it, or one for each replica.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>The service's key.</summary>
    public required string Key { get; init; }

    /// <summary>How long it may take to answer. Default: 30 s, within which a replica that was scaled to zero starts.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How a job waits for it. Default: the defaults.</summary>
    public TierPolicy Policy { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(45));

    /// <summary>Reads the variables; null where no endpoint is set.</summary>
    /// <param name="variable">Gives a variable's value, or null where it is not set.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: an endpoint is no address, or there is no key for it.</exception>
    public static TierOptions? Read(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        string[] endpoints = (variable(EndpointsVariable) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (endpoints.Length == 0)
            return null;
        Uri[] addresses = [.. endpoints.Select(Parse)];
        return variable(KeyVariable) is { Length: > 0 } key
            ? new TierOptions { Endpoints = addresses, Key = key }
            : throw new BatchFunctionsException(ErrorKind.Request, $"{EndpointsVariable} is set, but {KeyVariable} is not. It holds the key that the scoring service was given.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(TierOptions)} {{ {string.Join(", ", Endpoints)} }}";

    private static Uri Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "https" or "http" && uri.UserInfo.Length == 0 && uri.Query.Length == 0
            ? uri
            : throw new BatchFunctionsException(ErrorKind.Request, $"{EndpointsVariable} has '{text}', which is no address of a service. Write https://host:port, several separated by ';'.");
}
