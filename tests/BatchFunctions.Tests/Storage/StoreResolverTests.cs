using BatchFunctions.Storage;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Storage;

public sealed class StoreResolverTests(AzuriteFixture azurite) : IDisposable
{
    private const string Account = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=AAAA;EndpointSuffix=core.windows.net";
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("data/customers/*.csv", "data/customers", "*.csv")]
    [InlineData("data/*/part-?.csv", "data", "*/part-?.csv")]
    [InlineData("data/dt=2026-02-08/*.csv", "data", "dt=2026-02-08/*.csv")]
    [InlineData("data/dt={date}/x.csv", "data", "dt={date}/x.csv")]
    [InlineData("data/{date:yyyy/MM/dd}/x.csv", "data", "{date:yyyy/MM/dd}/x.csv")]
    [InlineData("customers.csv", "", "customers.csv")]
    [InlineData("out/scored", "out", "scored")]
    [InlineData("./out/scored/", "out/scored", "")]
    [InlineData("data/dt=2026-02-08/", "data", "dt=2026-02-08")]
    [InlineData("out/../other/scored", "other", "scored")]
    [InlineData("*.csv", "", "*.csv")]
    public void A_path_is_parted_into_a_folder_and_what_is_looked_for_in_it(string address, string root, string path)
    {
        var location = new StoreResolver().Resolve(address, _folder.Path);
        Assert.Equal(_folder.Combine(root).TrimEnd('/') + '/', location.Store.Address);
        Assert.Equal(path, location.Path);
        Assert.Equal(location.ToString(), new StoreResolver().Resolve(location.ToString(), "/elsewhere").ToString());
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_yet_can_be_written_to_and_found_again_by_its_address()
    {
        var resolver = new StoreResolver();
        var run = resolver.Resolve("out/scored", _folder.Path).Below("churn/2026-02-08/job-1");
        await run.Store.PutAsync(run.Key("_SUCCESS"), ReadOnlyMemory<byte>.Empty, PutCondition.IfAbsent, Cancellation);

        Assert.True(File.Exists(_folder.Combine("out", "scored", "churn", "2026-02-08", "job-1", "_SUCCESS")));
        var again = resolver.Resolve(run.ToString(), "/elsewhere");
        Assert.NotNull(await again.Store.FindAsync(again.Key("_SUCCESS"), Cancellation));
    }

    [Fact]
    public void Absolute_paths_and_file_addresses_do_not_depend_on_the_base_folder()
    {
        var resolver = new StoreResolver();
        Assert.Equal("/data/in put.csv", resolver.Resolve("/data/in put.csv", _folder.Path).ToString());
        Assert.Equal("/data/in put.csv", resolver.Resolve("file:///data/in%20put.csv", _folder.Path).ToString());
        Assert.Equal("/data/*.csv", resolver.Resolve("file://localhost/data/*.csv", _folder.Path).ToString());
        Assert.Equal("/", resolver.Resolve("/", _folder.Path).ToString());
        Assert.Equal(_folder.Path, resolver.Resolve(".", _folder.Path).ToString());
        Assert.Equal(_folder.Path + "/", resolver.Resolve("./", _folder.Path).ToString());
        Assert.Equal(_folder.Combine("a.csv"), resolver.Resolve("a.csv", "file://" + _folder.Path).ToString());
    }

    [Fact]
    public void Stores_are_shared_by_those_who_look_in_the_same_place()
    {
        var resolver = new StoreResolver(new StoreOptions { AzureConnectionString = Account });
        Assert.Same(resolver.Resolve("a/x.csv", _folder.Path).Store, resolver.Resolve("a/*.csv", _folder.Path).Store);
        Assert.Same(resolver.Resolve("azure://input/a", "").Store, resolver.Resolve("https://acme.blob.core.windows.net/input/b", "").Store);
    }

    [Theory]
    [InlineData("data/customers/*.csv")]
    [InlineData("customers.csv")]
    [InlineData("/data")]
    [InlineData("azure://input/data/*.csv")]
    public void A_stores_own_address_resolves_to_the_store(string address)
    {
        var resolver = new StoreResolver(new StoreOptions { AzureConnectionString = Account });
        var store = resolver.Resolve(address, _folder.Path).Store;
        var again = resolver.Resolve(store.Address, "/elsewhere");
        Assert.Same(store, again.Store);
        Assert.Equal("", again.Path);
    }

    [Theory]
    [InlineData("azure://input", "azure://input", "")]
    [InlineData("azure://input/data/dt={date}/*.csv", "azure://input", "data/dt={date}/*.csv")]
    [InlineData("azure://input/data%20raw/", "azure://input", "data%20raw")]
    [InlineData("https://acme.blob.core.windows.net/input/data%20raw/part-?.csv", "azure://input", "data raw/part-?.csv")]
    [InlineData("HTTPS://ACME.blob.core.windows.net/input", "azure://input", "")]
    public void Blob_addresses_name_a_container_and_a_place_in_it(string address, string store, string path)
    {
        var location = new StoreResolver(new StoreOptions { AzureConnectionString = Account }).Resolve(address, _folder.Path);
        Assert.Equal((store, path), (location.Store.Address, location.Path));
    }

    [Fact]
    public void A_relative_path_below_a_blob_address_stays_there()
    {
        var resolver = new StoreResolver(new StoreOptions { AzureConnectionString = Account });
        Assert.Equal("azure://pipelines/churn/scored", resolver.Resolve("./scored", "azure://pipelines/churn").ToString());
        Assert.Equal("azure://pipelines/churn", resolver.Resolve(".", "azure://pipelines/churn").ToString());
        Refused(resolver, "../other", "azure://pipelines/churn");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\0b")]
    [InlineData("a\\b.csv")]
    [InlineData("s3://bucket/key")]
    [InlineData("file://host/data.csv")]
    [InlineData("azure://")]
    [InlineData("azure://No_Container/x")]
    [InlineData("azure://input/../secret")]
    [InlineData("azure://input//x")]
    [InlineData("https://other.blob.core.windows.net/input/x")]
    [InlineData("https://acme.blob.core.windows.net.evil.example/input/x")]
    [InlineData("https://acme.blob.core.windows.net@evil.example/input/x")]
    [InlineData("http://acme.blob.core.windows.net/input/x")]
    [InlineData("https://acme.blob.core.windows.net/input/%2e%2e/x")]
    public void What_makes_no_sense_or_is_elsewhere_is_refused(string address) =>
        Refused(new StoreResolver(new StoreOptions { AzureConnectionString = Account }), address, _folder.Path);

    [Fact]
    public void A_signature_in_an_address_is_refused_without_repeating_it()
    {
        var resolver = new StoreResolver(new StoreOptions { AzureConnectionString = Account });
        var exception = Refused(resolver, "https://acme.blob.core.windows.net/input/x.csv?sv=2024-01-01&sig=geheim", _folder.Path);
        Assert.DoesNotContain("geheim", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_account_blob_addresses_say_what_to_configure()
    {
        var resolver = new StoreResolver(new StoreOptions { AzureConnectionString = null, AzureAccountUri = null });
        Assert.Contains("BATCHFN_STORAGE_CONNECTION", Refused(resolver, "azure://input/x", "").Message, StringComparison.Ordinal);
        var malformed = new StoreResolver(new StoreOptions { AzureConnectionString = "AccountName=acme;AccountKey=geheim", AzureAccountUri = null });
        Assert.DoesNotContain("geheim", Refused(malformed, "azure://input/x", "").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Allowed_roots_cannot_be_left_by_any_way()
    {
        var allowed = Directory.CreateDirectory(_folder.Combine("allowed")).FullName;
        Directory.CreateDirectory(_folder.Combine("allowed-not"));
        var secret = Directory.CreateDirectory(_folder.Combine("secret")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secret, "x.csv"), "x", Cancellation);
        Directory.CreateSymbolicLink(Path.Combine(allowed, "link"), secret);
        var resolver = new StoreResolver(new StoreOptions { AllowedRoots = [allowed, "azure://input/data"], AzureConnectionString = Account });

        foreach (var address in (string[])["..", "../secret/x.csv", "../allowed-not/x", "/etc/passwd", "*/../../secret/x.csv", "link/x.csv", "link/*.csv", "link"])
            Refused(resolver, address, allowed);
        foreach (var address in (string[])["azure://input/secret", "azure://input", "azure://input/data-not", "azure://output/data", "azure://input/data/../x"])
            Refused(resolver, address, allowed);

        Assert.Equal(allowed + "/", resolver.Resolve(".", allowed).ToString());
        Assert.Equal(Path.Combine(allowed, "a", "*.csv"), resolver.Resolve("a/*.csv", allowed).ToString());
        Assert.Equal("azure://input/data/x", resolver.Resolve("azure://input/data/x", allowed).ToString());
        var folder = resolver.Resolve(".", allowed);
        await Assert.ThrowsAsync<BatchFunctionsException>(() => folder.Store.FindAsync(folder.Key("link/x.csv"), Cancellation));
        var unmade = resolver.Resolve("later/x.csv", allowed);
        Directory.CreateSymbolicLink(Path.Combine(allowed, "later"), secret);
        await Assert.ThrowsAsync<BatchFunctionsException>(() => unmade.Store.FindAsync(unmade.Path, Cancellation));
    }

    [Fact]
    public async Task A_person_at_a_command_line_may_use_links_that_lead_anywhere()
    {
        using var elsewhere = new TemporaryFolder();
        await File.WriteAllTextAsync(elsewhere.Combine("in.csv"), "x", Cancellation);
        Directory.CreateSymbolicLink(_folder.Combine("data"), elsewhere.Path);
        File.CreateSymbolicLink(_folder.Combine("linked.csv"), elsewhere.Combine("in.csv"));
        foreach (var address in (string[])["data/in.csv", "linked.csv"])
        {
            var location = new StoreResolver().Resolve(address, _folder.Path);
            Assert.NotNull(await location.Store.FindAsync(location.Path, Cancellation));
        }
    }

    [Fact]
    public async Task The_emulators_address_is_an_accounts_address()
    {
        var connection = await azurite.GetConnectionStringAsync();
        var endpoint = (await azurite.GetServiceAsync()).Uri.ToString().TrimEnd('/');
        var container = await azurite.CreateContainerAsync(Cancellation);
        await container.UploadBlobAsync("a b/100%/#1?.csv", BinaryData.FromString("x"), Cancellation);
        var resolver = new StoreResolver(new StoreOptions { AzureConnectionString = connection });

        var location = resolver.Resolve($"{endpoint}/{container.Name}/a%20b", "");
        Assert.Equal($"azure://{container.Name}/a b", location.ToString());
        var found = await location.Store.ListAsync(location.Key(""), Cancellation).SingleAsync(Cancellation);
        Assert.Equal("a b/100%/#1?.csv", found.Key);
        Assert.Equal(found, await location.Store.FindAsync(found.Key, Cancellation));
    }

    public void Dispose() => _folder.Dispose();

    private static BatchFunctionsException Refused(StoreResolver resolver, string address, string baseFolder)
    {
        var exception = Assert.Throws<BatchFunctionsException>(() => resolver.Resolve(address, baseFolder));
        Assert.Equal(ErrorKind.Request, exception.Kind);
        return exception;
    }
}
