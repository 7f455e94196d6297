using BatchFunctions.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Api.Tests;

public sealed class HostSettingsTests : IDisposable
{
    private const string Account = "DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void All_variables_are_read()
    {
        var settings = HostSettings.Read(Variables(
            ("BATCHFN_PIPELINES", "azure://pipelines"),
            ("BATCHFN_MODELS", "azure://models/registry"),
            ("BATCHFN_WORK", _folder.Path),
            ("BATCHFN_ROOTS", $"azure://data; {_folder.Path} ;;"),
            ("BATCHFN_STORAGE_CONNECTION", Account)));

        Assert.Equal("azure://pipelines", settings.Pipelines);
        Assert.Equal("azure://models/registry", settings.Models);
        Assert.Equal(_folder.Path, settings.Work);
        Assert.Equal(["azure://data", _folder.Path], settings.Roots);
        Assert.DoesNotContain("c2VjcmV0", settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_in_one_message_without_secrets()
    {
        var refusal = Assert.Throws<BatchFunctionsException>(() => HostSettings.Read(Variables(
            ("BATCHFN_MODELS", "models"),
            ("BATCHFN_WORK", "ftp://host/work"),
            ("BATCHFN_ROOTS", "azure://data"),
            ("BATCHFN_STORAGE_CONNECTION", "AccountKey=c2VjcmV0"))));

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        foreach (var hint in (string[])["BATCHFN_PIPELINES is not set", "BATCHFN_MODELS is 'models'", "BATCHFN_WORK: ", "BATCHFN_ROOTS: The blob account's connection string is malformed"])
            Assert.Contains(hint, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_without_an_address_is_refused()
    {
        var refusal = Assert.Throws<BatchFunctionsException>(() => HostSettings.Read(Variables(
            ("BATCHFN_PIPELINES", _folder.Path), ("BATCHFN_MODELS", _folder.Path), ("BATCHFN_WORK", _folder.Path), ("BATCHFN_STORAGE_ACCOUNT_URI", "account"))));

        Assert.Contains("BATCHFN_STORAGE_ACCOUNT_URI is 'account'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_lead_to_the_three_folders_and_the_roots_and_nowhere_else()
    {
        var settings = new HostSettings
        {
            Pipelines = _folder.Combine("p"),
            Models = _folder.Combine("m"),
            Work = _folder.Combine("w"),
            Roots = [_folder.Combine("data"), "azure://data/in"],
            StorageConnection = Account,
        };

        var stores = settings.CreateServices(NullLoggerFactory.Instance).Stores;

        foreach (var allowed in (string[])["a.yaml", "../m/x", "../w", _folder.Combine("data", "x.csv"), "azure://data/in/x.csv"])
            stores.Resolve(allowed, settings.Pipelines);
        foreach (var refused in (string[])["../x", "/", _folder.Combine("data2"), "azure://data/other", "azure://in"])
            Assert.Throws<BatchFunctionsException>(() => stores.Resolve(refused, settings.Pipelines));
    }

    public void Dispose() => _folder.Dispose();

    private static Func<string, string?> Variables(params (string Name, string Value)[] variables) =>
        name => variables.FirstOrDefault(v => v.Name == name).Value;
}
