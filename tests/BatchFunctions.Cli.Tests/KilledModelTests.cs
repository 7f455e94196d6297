using System.Diagnostics;
using System.Text.Json;

namespace BatchFunctions.Cli.Tests;

/// <summary>A job whose process is killed, and whose model is replaced before it goes on.</summary>
public sealed class KilledModelTests : IDisposable
{
    private const int Rows = 6_000;

    private readonly Batchfn _batchfn = new();

    [Fact]
    public async Task A_killed_job_ends_with_its_own_version_though_another_is_approved_and_its_own_is_retired()
    {
        await Customers.PrepareAsync(_batchfn, Rows);
        await RegisterOtherAsync();
        JsonElement calm = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "calm", "--json")).Expect(0).Json;
        (await _batchfn.RunAsync("models", "approve", "churn@1.0.0", "--by", "Ada")).Expect(0);

        using (Process process = _batchfn.Start("run", Customers.Pipeline, "--model", "churn@approved", "--job-id", "night", "--max-parallel", "1", "--verbose"))
        {
            await ScoringAsync(process);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        (await _batchfn.RunAsync("models", "approve", "churn@2.0.0", "--by", "Grace", "--reason", "better")).Expect(0);
        (await _batchfn.RunAsync("models", "retire", "churn@1.0.0", "--by", "Grace", "--reason", "2.0.0 is better")).Expect(0);
        JsonElement night = (await _batchfn.RunAsync("resume", "night", "--json")).Expect(0).Json;

        using JsonDocument metadata = Read(night, "metadata.json");
        Assert.Equal("1.0.0", metadata.RootElement.GetProperty("model_version").GetString());
        Assert.Equal("churn@approved", metadata.RootElement.GetProperty("model_requested").GetString());
        Assert.Equal("Ada", metadata.RootElement.GetProperty("model_approval").GetProperty("by").GetString());
        Assert.Equal(Parts(calm), Parts(night));
        (await _batchfn.RunAsync("verify", "night", "--all")).Expect(0);

        JsonElement next = (await _batchfn.RunAsync("run", Customers.Pipeline, "--model", "churn@approved", "--job-id", "next", "--json")).Expect(0).Json;
        Assert.Empty(Parts(next).Intersect(Parts(night)));
        Outcome refused = (await _batchfn.RunAsync("run", Customers.Pipeline, "--model", "churn@1.0.0", "--job-id", "late")).Expect(2);
        Assert.Contains("churn@1.0.0 was retired by Grace", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Write churn@approved, which is 2.0.0 now.", refused.Error, StringComparison.Ordinal);
        Assert.Contains("would score with whatever was registered last", (await _batchfn.RunAsync("run", Customers.Pipeline, "--model", "churn@latest", "--job-id", "worst")).Expect(2).Error, StringComparison.Ordinal);

        JsonElement lineage = (await _batchfn.RunAsync("models", "lineage", "churn@1.0.0", "--json")).Expect(0).Json;
        Assert.Equal(["calm", "night"], lineage.GetProperty("jobs").EnumerateArray().Select(j => j.GetProperty("jobId").GetString()).Order());
    }

    public void Dispose() => _batchfn.Dispose();

    private static JsonDocument Read(JsonElement job, string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(job.GetProperty("runFolder").GetString()!, file)));

    private static List<string?> Parts(JsonElement job)
    {
        using JsonDocument manifest = Read(job, "manifest.json");
        return [.. manifest.RootElement.GetProperty("predictions").EnumerateArray().Select(p => p.GetProperty("sha256").GetString())];
    }

    private static async Task ScoringAsync(Process process)
    {
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.Contains("Scoring shard", StringComparison.Ordinal))
                return;
        Assert.Fail("The job ended before it could be killed.");
    }

    private async Task RegisterOtherAsync()
    {
        string sample = Path.Combine(AppContext.BaseDirectory, "samples", "churn");
        string manifest = await File.ReadAllTextAsync(Path.Combine(sample, "manifest.yaml"), TestContext.Current.CancellationToken);
        string other = manifest[..manifest.IndexOf("examples:", StringComparison.Ordinal)].Replace("1.0.0", "2.0.0", StringComparison.Ordinal) + "calibration: { platt: { a: -2, b: 0.5 } }\n";
        (await _batchfn.RunAsync("models", "register", "churn@2.0.0", Path.Combine(sample, "model.onnx"), "--manifest", _batchfn.Write("other.yaml", other))).Expect(0);
    }
}
