namespace BatchFunctions.Cli.Tests;

public sealed class ModelCommandTests : IDisposable
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "samples", "churn");

    private readonly Batchfn _batchfn = new();

    [Fact]
    public async Task A_registered_model_can_be_listed_and_shown()
    {
        var registered = (await _batchfn.RunAsync("models", "register", "churn@1.0.0", Path.Combine(Sample, "model.onnx"), "--by", "Ada", "--json")).Expect(0).Json;

        Assert.Contains("churn@1.0.0", (await _batchfn.RunAsync("models", "list")).Expect(0).Out, StringComparison.Ordinal);
        var listed = (await _batchfn.RunAsync("models", "list", "churn", "--json")).Expect(0).Json;
        Assert.Equal("Ada", Assert.Single(listed.EnumerateArray()).GetProperty("registeredBy").GetString());
        var shown = (await _batchfn.RunAsync("models", "show", "churn@1.0.0")).Expect(0).Out;
        Assert.Contains(registered.GetProperty("sha256").GetString()!, shown, StringComparison.Ordinal);
        Assert.Contains("credit_score", shown, StringComparison.Ordinal);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(Sample, "manifest.yaml"), TestContext.Current.CancellationToken),
            (await _batchfn.RunAsync("models", "show", "churn@1.0.0", "--json")).Expect(0).Json.GetProperty("manifest").GetString());
    }

    [Fact]
    public async Task A_version_is_registered_once()
    {
        string[] register = ["models", "register", "churn@1.0.0", Path.Combine(Sample, "model.onnx")];
        (await _batchfn.RunAsync(register)).Expect(0);

        Assert.Contains("registered already", (await _batchfn.RunAsync(register)).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_that_does_not_fit_is_refused_with_its_line()
    {
        var manifest = _batchfn.Write("mine.yaml", "task: binary\nfeatuers: [age]\n");

        var outcome = (await _batchfn.RunAsync("models", "register", "churn@1.0.0", Path.Combine(Sample, "model.onnx"), "--manifest", manifest)).Expect(2);

        Assert.Contains(":2:1", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("features", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("[]", (await _batchfn.RunAsync("models", "list", "--json")).Out.Trim());
    }

    public void Dispose() => _batchfn.Dispose();
}
