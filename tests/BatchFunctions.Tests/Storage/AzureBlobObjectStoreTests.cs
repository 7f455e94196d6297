using System.Net;
using System.Net.Sockets;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Storage;

public sealed class AzureBlobObjectStoreTests(AzuriteFixture azurite) : ObjectStoreContract
{
    private readonly Dictionary<IObjectStore, BlobContainerClient> _containers = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_write_makes_the_container()
    {
        var container = await azurite.GetAbsentContainerAsync();
        var store = new AzureBlobObjectStore(container);
        Assert.Empty(await ListAsync(store, ""));
        Assert.Null(await store.FindAsync("a", Cancellation));
        Assert.Null(await store.PutAsync("a", Bytes("x"), PutCondition.IfMatch("0x1"), Cancellation));
        await store.DeleteAsync("a", Cancellation);
        var exception = await ThrowsAsync(ErrorKind.Request, () => store.OpenReadAsync("a", 0, null, null, Cancellation));
        Assert.Contains(container.Name, exception.Message, StringComparison.Ordinal);

        Assert.NotNull(await store.PutAsync("a", Bytes("x"), PutCondition.IfAbsent, Cancellation));
        Assert.Single(await ListAsync(store, ""));
    }

    [Fact]
    public async Task Two_large_uploads_of_one_key_at_once_never_mix()
    {
        var store = await CreateAsync();
        const int Length = 20 * 1024 * 1024;
        for (var round = 0; round < 3; round++)
        {
            var key = $"large-{round}";
            var condition = round == 0 ? PutCondition.IfAbsent : PutCondition.None;
            var results = await Task.WhenAll(Enumerable.Range(1, 3).Select(async writer =>
            {
                await using var staged = await store.StageAsync("", Cancellation);
                var content = new byte[Length];
                content.AsSpan().Fill((byte)writer);
                await staged.Stream.WriteAsync(content, Cancellation);
                return await staged.CommitAsync(key, condition, Cancellation);
            }));

            Assert.Equal(condition.MustBeAbsent ? 1 : 3, results.Count(result => result is not null));
            var read = new byte[Length];
            await store.ReadAsync(key, 0, read, null, Cancellation);
            Assert.Equal(-1, read.AsSpan().IndexOfAnyExcept(read[0]));
        }
    }

    [Fact]
    public async Task A_write_whose_answer_got_lost_is_known_as_ones_own()
    {
        using var handler = new LoseFirstAnswer();
        var store = await CreateAsync(handler);
        handler.Armed = true;
        var first = await store.PutAsync("commit.json", Bytes("mine"), PutCondition.IfAbsent, Cancellation);
        Assert.NotNull(first);
        Assert.False(handler.Armed);
        Assert.Equal(first, await store.FindAsync("commit.json", Cancellation));

        handler.Armed = true;
        Assert.NotNull(await store.PutAsync("commit.json", Bytes("next"), PutCondition.IfMatch(first.ETag), Cancellation));
        Assert.Null(await store.PutAsync("commit.json", Bytes("late"), PutCondition.IfAbsent, Cancellation));
    }

    [Fact]
    public async Task A_blob_that_changes_while_a_stream_reads_it_is_noticed_or_read_whole()
    {
        var store = await CreateAsync();
        var content = new byte[30 * 1024 * 1024];
        await using (var staged = await store.StageAsync("", Cancellation))
        {
            await staged.Stream.WriteAsync(content, Cancellation);
            await staged.CommitAsync("in.csv", PutCondition.None, Cancellation);
        }

        var pinned = (await store.FindAsync("in.csv", Cancellation))!;
        var half = new byte[content.Length / 2];
        await store.ReadAsync("in.csv", 0, half, pinned.ETag, Cancellation);
        content.AsSpan().Fill(1);
        await store.PutAsync("in.csv", content, PutCondition.None, Cancellation);
        var exception = await ThrowsAsync(
            ErrorKind.Integrity, () => store.ReadAsync("in.csv", half.Length, half, pinned.ETag, Cancellation).AsTask());
        Assert.Contains("changed during the job", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_marks_of_hierarchical_accounts_and_hidden_names_are_no_objects()
    {
        var container = await azurite.CreateContainerAsync(Cancellation);
        var mark = container.GetBlockBlobClient("data");
        var metadata = new Dictionary<string, string> { ["hdi_isfolder"] = "true" };
        await mark.UploadAsync(Stream.Null, metadata: metadata, cancellationToken: Cancellation);
        await container.UploadBlobAsync("data/.hidden/x", BinaryData.FromString("x"), Cancellation);
        await container.UploadBlobAsync("data/in.csv", BinaryData.FromString("x"), Cancellation);
        var store = new AzureBlobObjectStore(container);

        Assert.Null(await store.FindAsync("data", Cancellation));
        Assert.Equal(["data/in.csv"], (await ListAsync(store, "data")).Select(file => file.Key));
    }

    [Fact]
    public async Task A_store_that_is_not_reachable_says_which()
    {
        // A port that was just free, and that nobody listens on.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var connection = (await azurite.GetConnectionStringAsync()).Split("BlobEndpoint=")[0] + $"BlobEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";
        var resolver = new StoreResolver(new StoreOptions { AzureConnectionString = connection, AzureRetryDelay = TimeSpan.FromMilliseconds(50) });
        var store = resolver.Resolve("azure://input/data", "").Store;

        Func<Task>[] calls =
        [
            () => store.FindAsync("a", Cancellation),
            () => ListAsync(store, ""),
            () => store.ReadAsync("a", 0, new byte[1], null, Cancellation).AsTask(),
            () => store.PutAsync("a", Bytes("x"), PutCondition.IfAbsent, Cancellation),
            () => store.DeleteAsync("a", Cancellation),
        ];
        foreach (var call in calls)
        {
            var exception = await ThrowsAsync(ErrorKind.Transient, call);
            Assert.Contains($"127.0.0.1:{port}", exception.Message, StringComparison.Ordinal);
            Assert.Contains("cannot be reached", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_wrong_key_is_no_passing_trouble()
    {
        var connection = await azurite.GetConnectionStringAsync();
        var key = Convert.ToBase64String(new byte[64]);
        var wrong = string.Join(';', connection.Split(';').Select(part => part.StartsWith("AccountKey=", StringComparison.Ordinal) ? $"AccountKey={key}" : part));
        var store = new StoreResolver(new StoreOptions { AzureConnectionString = wrong }).Resolve("azure://input", "").Store;

        var exception = await ThrowsAsync(ErrorKind.Environment, () => ListAsync(store, ""));
        Assert.Contains("access denied", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, exception.ToString(), StringComparison.Ordinal);
    }

    protected override async Task<IObjectStore> CreateAsync() => await CreateAsync(handler: null);

    protected override IObjectStore Twin(IObjectStore store) => new AzureBlobObjectStore(_containers[store]);

    private async Task<IObjectStore> CreateAsync(HttpMessageHandler? handler)
    {
        var container = await azurite.CreateContainerAsync(Cancellation);
        if (handler is not null)
        {
            var options = new BlobClientOptions { Transport = new HttpClientTransport(handler), Retry = { Delay = TimeSpan.FromMilliseconds(10), Mode = RetryMode.Fixed } };
            container = new BlobContainerClient(await azurite.GetConnectionStringAsync(), container.Name, options);
        }

        var store = new AzureBlobObjectStore(container);
        _containers.Add(store, container);
        return store;
    }

    /// <summary>Lets the next write through and then pretends that the connection broke.</summary>
    private sealed class LoseFirstAnswer : DelegatingHandler
    {
        public LoseFirstAnswer()
            : base(new SocketsHttpHandler())
        {
        }

        public bool Armed { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (!Armed || request.Method != HttpMethod.Put)
                return response;
            Armed = false;
            response.Dispose();
            throw new HttpRequestException("The connection broke.");
        }
    }
}
