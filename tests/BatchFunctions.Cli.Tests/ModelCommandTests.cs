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
    public async Task A_baseline_is_made_of_a_file_and_registered_with_a_model()
    {
        var data = _batchfn.Write("training.csv", "age,region\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{20 + (i % 40)},{(i % 2 == 0 ? "north" : "south")}\n")));
        Assert.Contains("has to be from 2 to 1000", (await _batchfn.RunAsync("baseline", data, "--bins", "1")).Expect(2).Error, StringComparison.Ordinal);

        var text = (await _batchfn.RunAsync("baseline", data)).Expect(0).Out;
        Assert.Contains("wrote", (await _batchfn.RunAsync("baseline", data, "-o", "b.yaml")).Expect(0).Out, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("not overwritten", (await _batchfn.RunAsync("baseline", data, "-o", "b.yaml")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal(100, (await _batchfn.RunAsync("baseline", data, "--json")).Expect(0).Json.GetProperty("records").GetInt64());

        Assert.Equal(text, await File.ReadAllTextAsync(_batchfn.PathOf("b.yaml"), TestContext.Current.CancellationToken));
        var sample = await File.ReadAllTextAsync(Path.Combine(Sample, "manifest.yaml"), TestContext.Current.CancellationToken);
        var manifest = _batchfn.Write("mine.yaml", sample[..(sample.IndexOf("baseline:", StringComparison.Ordinal))] + text);
        (await _batchfn.RunAsync("models", "register", "churn@1.0.0", Path.Combine(Sample, "model.onnx"), "--manifest", manifest)).Expect(0);
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

    [Fact]
    public async Task Decisions_are_made_listed_and_told_with_who_and_why()
    {
        var model = Path.Combine(Sample, "model.onnx");
        foreach (var version in (string[])["1.0.0", "1.1.0", "1.2.0"])
            (await _batchfn.RunAsync("models", "register", $"churn@{version}", model, "--by", "Ada", "--manifest", _batchfn.Write("m.yaml", (await File.ReadAllTextAsync(Path.Combine(Sample, "manifest.yaml"), TestContext.Current.CancellationToken)).Replace("version: 1.0.0", $"version: {version}", StringComparison.Ordinal)))).Expect(0);

        Assert.Contains("churn@approved is churn@1.1.0.", (await _batchfn.RunAsync("models", "approve", "churn@1.1.0", "--by", "Grace", "--reason", "better on the holdout")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("churn@approved is churn@1.1.0, which is newer.", (await _batchfn.RunAsync("models", "approve", "churn@1.0.0")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("'--reason' is required", (await _batchfn.RunAsync("models", "reject", "churn@1.2.0")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal("rejected", (await _batchfn.RunAsync("models", "reject", "churn@1.2.0", "--reason", "leaks the label", "--json")).Expect(0).Json.GetProperty("stage").GetString());
        Assert.Contains("is approved already: approved by Grace", (await _batchfn.RunAsync("models", "approve", "churn@1.1.0")).Expect(2).Error, StringComparison.Ordinal);
        (await _batchfn.RunAsync("models", "retire", "churn@1.0.0", "--reason", "old")).Expect(0);
        Assert.Contains("No version of churn is approved", (await _batchfn.RunAsync("models", "retire", "churn@1.1.0", "--reason", "it drifts", "--by", "Grace")).Expect(0).Out, StringComparison.Ordinal);

        var history = (await _batchfn.RunAsync("models", "history", "churn", "--json")).Expect(0).Json;
        Assert.Equal(
            ["1.0.0 registered Ada", "1.1.0 registered Ada", "1.2.0 registered Ada", "1.1.0 approved Grace better on the holdout", $"1.0.0 approved {Environment.UserName}", $"1.2.0 rejected {Environment.UserName} leaks the label", $"1.0.0 retired {Environment.UserName} old", "1.1.0 retired Grace it drifts"],
            history.EnumerateArray().Select(s => $"{s.GetProperty("version").GetString()} {s.GetProperty("stage").GetString()} {s.GetProperty("by").GetString()} {s.GetProperty("reason").GetString()}".TrimEnd()));
        Assert.Contains("better on the holdout", (await _batchfn.RunAsync("models", "history", "churn@1.1.0")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Equal(["retired", "retired", "rejected"], (await _batchfn.RunAsync("models", "list", "--json")).Expect(0).Json.EnumerateArray().Select(v => v.GetProperty("stage").GetString()));
        Assert.Contains("rejected", (await _batchfn.RunAsync("models", "list")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("retired by Grace", (await _batchfn.RunAsync("models", "show", "churn@1.1.0")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("no model nobody", (await _batchfn.RunAsync("models", "history", "nobody")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("would score with whatever was registered last", (await _batchfn.RunAsync("models", "show", "churn@latest")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lineage_of_a_version_names_its_jobs_and_that_of_a_job_what_it_was_made_of()
    {
        await Customers.PrepareAsync(_batchfn, 1000);
        Assert.Contains("No job has used it.", (await _batchfn.RunAsync("models", "lineage", "churn@1.0.0")).Expect(0).Out, StringComparison.Ordinal);
        (await _batchfn.RunAsync("models", "approve", "churn@1.0.0", "--by", "Grace", "--reason", "the only one")).Expect(0);
        var run = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-1", "--model", "churn@approved", "--json")).Expect(0).Json;

        Assert.Contains("night-1", (await _batchfn.RunAsync("models", "lineage", "churn@approved")).Expect(0).Out, StringComparison.Ordinal);
        var job = Assert.Single((await _batchfn.RunAsync("models", "lineage", "churn@1.0.0", "--json")).Expect(0).Json.GetProperty("jobs").EnumerateArray());
        var same = (await _batchfn.RunAsync("models", "lineage", "night-1", "--json")).Expect(0).Json;
        Assert.Equal(same.GetRawText(), job.GetRawText());
        Assert.Equal(("night-1", "1.0.0", "churn@approved", "Grace", 1000), (job.GetProperty("jobId").GetString(), job.GetProperty("modelVersion").GetString(), job.GetProperty("modelRequested").GetString(), job.GetProperty("approvedBy").GetString(), job.GetProperty("recordsTotal").GetInt32()));
        Assert.Equal(run.GetProperty("runFolder").GetString(), job.GetProperty("runFolder").GetString());
        var told = (await _batchfn.RunAsync("models", "lineage", "night-1")).Expect(0).Out;
        Assert.Contains("by Grace", told, StringComparison.Ordinal);
        Assert.Contains(job.GetProperty("snapshotSha256").GetString()!, told, StringComparison.Ordinal);
        Assert.Contains("No job 'night-2'", (await _batchfn.RunAsync("models", "lineage", "night-2")).Expect(2).Error, StringComparison.Ordinal);
    }

    public void Dispose() => _batchfn.Dispose();
}
