using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace BatchFunctions.Storage;

/// <summary>The blob account of the configuration: one client, one store for each container.</summary>
internal sealed class BlobAccount
{
    private readonly Lazy<BlobServiceClient> _service;
    private readonly ConcurrentDictionary<string, AzureBlobObjectStore> _stores = new(StringComparer.Ordinal);

    /// <summary>The account that <paramref name="options"/> name; nothing is opened yet.</summary>
    public BlobAccount(StoreOptions options) => _service = new Lazy<BlobServiceClient>(() => Connect(options));

    /// <summary>The account's address.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: no account is configured, or not properly.</exception>
    public Uri Uri => _service.Value.Uri;

    /// <summary>The store of a container.</summary>
    public AzureBlobObjectStore Store(string container) =>
        _stores.GetOrAdd(container, static (name, service) => new AzureBlobObjectStore(service.GetBlobContainerClient(name)), _service.Value);

    private static BlobServiceClient Connect(StoreOptions options)
    {
        try
        {
            if (options.AzureAccountUri is { } account)
                return new BlobServiceClient(account, options.AzureCredential ?? new DefaultAzureCredential(), ClientOptions(options, account));
            if (options.AzureConnectionString is { } connection)
                return new BlobServiceClient(connection, ClientOptions(options, new BlobServiceClient(connection).Uri));
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            // Without the inner message, which may quote the key.
            throw new BatchFunctionsException(
                ErrorKind.Request,
                "The blob account's connection string is malformed. Copy it whole from the account's access keys into BATCHFN_STORAGE_CONNECTION.");
        }

        throw new BatchFunctionsException(
            ErrorKind.Request,
            "No blob account is configured. Set BATCHFN_STORAGE_CONNECTION to its connection string, or BATCHFN_STORAGE_ACCOUNT_URI to its address to sign in with an identity.");
    }

    private static BlobClientOptions ClientOptions(StoreOptions options, Uri account) => new()
    {
        Retry =
        {
            Mode = RetryMode.Exponential,
            MaxRetries = options.AzureMaxRetries,
            Delay = options.AzureRetryDelay,
            NetworkTimeout = options.AzureNetworkTimeout,
        },
        Transport = new HttpClientTransport(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = options.AzureConnectTimeout,
            MaxConnectionsPerServer = 100,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            UseProxy = !account.IsLoopback,
        }),
    };
}
