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

    [Fact]
    public async Task A_manifest_is_made_of_what_training_wrote_down_and_its_examples_are_checked()
    {
        var model = Path.Combine(Sample, "model.onnx");
        var made = (await _batchfn.RunAsync("models", "manifest", model, "--from", _batchfn.Write("bad.json", """{ "features": ["age"] }"""))).Expect(2);
        Assert.Contains("features", made.Error, StringComparison.Ordinal);

        Assert.Contains("nothing to make a manifest of", (await _batchfn.RunAsync("models", "manifest")).Expect(2).Error, StringComparison.Ordinal);

        var notes = _batchfn.Write("notes.json", """{ "features": ["age", "plan"], "encoders": { "plan": ["basic", "plus"] }, "seed": 7 }""");
        var outcome = (await _batchfn.RunAsync("models", "manifest", "--from", notes, "--output", "m.yaml")).Expect(0);
        Assert.Contains("no use for seed", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("- { name: plan, categories: [basic, plus] }", await File.ReadAllTextAsync(_batchfn.PathOf("m.yaml"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("not overwritten", (await _batchfn.RunAsync("models", "manifest", "--from", notes, "--output", "m.yaml")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Examples_are_checked_when_asked_for_and_when_a_model_is_registered()
    {
        var model = Path.Combine(Sample, "model.onnx");
        var manifest = await File.ReadAllTextAsync(Path.Combine(Sample, "manifest.yaml"), TestContext.Current.CancellationToken);
        Assert.True((await _batchfn.RunAsync("models", "check", model, "--json")).Expect(0).Json.GetProperty("agrees").GetBoolean());
        (await _batchfn.RunAsync("models", "register", "churn@1.0.0", model)).Expect(0);
        Assert.Contains("the score of training", (await _batchfn.RunAsync("models", "check", "churn@1.0.0")).Expect(0).Out, StringComparison.Ordinal);

        var wrong = _batchfn.Write("wrong.yaml", manifest.Replace("score: 0.", "score: 0.9", StringComparison.Ordinal).Replace("version: 1.0.0\n", "", StringComparison.Ordinal));
        Assert.Contains("another score than training", (await _batchfn.RunAsync("models", "check", model, "--manifest", wrong)).Expect(1).Out, StringComparison.Ordinal);
        Assert.Contains("churn@1.0.1 is not registered", (await _batchfn.RunAsync("models", "register", "churn@1.0.1", model, "--manifest", wrong)).Expect(2).Error, StringComparison.Ordinal);
        (await _batchfn.RunAsync("models", "register", "churn@1.0.1", model, "--manifest", wrong, "--tolerance", "1")).Expect(0);
        Assert.Contains("has no examples", (await _batchfn.RunAsync("models", "check", model, "--manifest", _batchfn.Write("none.yaml", manifest[..manifest.IndexOf("examples:", StringComparison.Ordinal)]))).Expect(2).Error, StringComparison.Ordinal);
    }

    public void Dispose() => _batchfn.Dispose();
}
