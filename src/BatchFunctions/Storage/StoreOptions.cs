using Azure.Core;

namespace BatchFunctions.Storage;

/// <summary>Where addresses may lead and how the blob account is reached.</summary>
public sealed record StoreOptions
{
    /// <summary>
    /// The folders that addresses may not leave, links included: full paths, <c>azure://container</c> or
    /// <c>azure://container/prefix</c>. Default: null, which allows every path and every container, for a person at a command line.
    /// </summary>
    public IReadOnlyList<string>? AllowedRoots { get; init; }

    /// <summary>
    /// The blob account's connection string. Default: the environment's <c>BATCHFN_STORAGE_CONNECTION</c>, or else its
    /// <c>AzureWebJobsStorage</c>. Not looked at where <see cref="AzureAccountUri"/> is set.
    /// </summary>
    public string? AzureConnectionString { get; init; } = FromEnvironment("BATCHFN_STORAGE_CONNECTION") ?? FromEnvironment("AzureWebJobsStorage");

    /// <summary>
    /// The blob account's address, as <c>https://account.blob.core.windows.net</c>, for signing in with an identity. Default: the
    /// environment's <c>BATCHFN_STORAGE_ACCOUNT_URI</c>.
    /// </summary>
    public Uri? AzureAccountUri { get; init; } = AccountUriFromEnvironment();

    /// <summary>The identity for <see cref="AzureAccountUri"/>. Default: null, which is Azure.Identity's <c>DefaultAzureCredential</c>.</summary>
    public TokenCredential? AzureCredential { get; init; }

    /// <summary>How often a request to the blob service is repeated at most, besides the retries of the job's activities. Default: 2.</summary>
    public int AzureMaxRetries { get; init; } = 2;

    /// <summary>The pause before the first repetition; each later one doubles it. Default: 0.4 s.</summary>
    public TimeSpan AzureRetryDelay { get; init; } = TimeSpan.FromSeconds(0.4);

    /// <summary>How long one try to connect may take. Default: 3 s.</summary>
    public TimeSpan AzureConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the blob service may stay silent in an answer. Default: 60 s.</summary>
    public TimeSpan AzureNetworkTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public override string ToString() => nameof(StoreOptions);

    private static Uri? AccountUriFromEnvironment()
    {
        const string Name = "BATCHFN_STORAGE_ACCOUNT_URI";
        if (FromEnvironment(Name) is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            ? uri
            : throw new BatchFunctionsException(
                ErrorKind.Request, $"{Name} is not an address. Write it as https://account.blob.core.windows.net.");
    }

    private static string? FromEnvironment(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
