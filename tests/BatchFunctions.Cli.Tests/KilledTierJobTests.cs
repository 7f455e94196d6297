using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using BatchFunctions.ScoringService.Tests.Hosting;
using BatchFunctions.Tier;

namespace BatchFunctions.Cli.Tests;

/// <summary>A job whose process is killed, for real, while it waits for the scoring service.</summary>
public sealed class KilledTierJobTests : IDisposable
{
    private const int Rows = 96_000;
    private const int Shards = 24;

    private readonly Batchfn _batchfn = new();

    [Fact]
    public async Task It_goes_on_in_the_next_process_and_counts_each_shard_once()
    {
        await Customers.PrepareAsync(_batchfn, Rows);
        WritePipeline("in_process");
        JsonElement alone = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "alone", "--json")).Expect(0).Json;
        WritePipeline("container");
        _batchfn.Variables["BATCHFN_WORK"] = _batchfn.PathOf("work");
        _batchfn.Variables["BATCHFN_MODELS"] = _batchfn.PathOf("models");
        Directory.Move(_batchfn.PathOf("batchfn-data", "models"), _batchfn.PathOf("models"));
        await using ReplicaProcess service = await ReplicaProcess.StartAsync(_batchfn.Folder, null, running: 1, queued: 7);
        _batchfn.Variables[TierOptions.EndpointsVariable] = service.Url.ToString();
        _batchfn.Variables[TierOptions.KeyVariable] = ReplicaProcess.Key;

        int waiting = 0;
        foreach (int goal in (int[])[0, 4, 9])
        {
            using Process doomed = _batchfn.Start("run", Customers.Pipeline, "--job-id", "night");
            Task streams = Task.WhenAll(doomed.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), doomed.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            // With shards claimed and not committed, it waits for the service.
            while (!doomed.HasExited && (Names("shards").Count < goal || Uncommitted() == 0))
                await Task.Delay(5, TestContext.Current.CancellationToken);
            waiting += doomed.HasExited || Uncommitted() == 0 ? 0 : 1;
            doomed.Kill();
            await doomed.WaitForExitAsync(TestContext.Current.CancellationToken);
            await streams;
        }

        int before = Names("shards").Count;
        JsonElement job = (await _batchfn.RunAsync("resume", "night", "--json")).Expect(0).Json;

        Assert.Equal(3, waiting);
        Assert.InRange(before, 1, Shards - 1);
        Assert.Equal(Shards, Names("shards").Count);
        DemoTests.AssertComplete(job, Rows);
        IReadOnlyList<string> parts = Parts(alone);
        Assert.True(parts.Count > Shards, "Rejects were to be among the parts.");
        Assert.Equal(parts, Parts(job));
    }

    public void Dispose() => _batchfn.Dispose();

    // Small batches, so that a shard takes a while.
    private void WritePipeline(string tier) => _batchfn.Write(Customers.Pipeline, $$"""
        name: nightly
        source: { path: customers/*.csv, id: user_id }
        model: churn@1.0.0
        validation:
          columns:
            age: { min: 0, max: 130 }
        output: { path: scored }
        shards: { target_rows: {{Rows / Shards}}, max_parallel: 8 }
        scoring: { tier: {{tier}}, batch_size: 4 }
        """);

    private static IReadOnlyList<string> Parts(JsonElement job)
    {
        string folder = job.GetProperty("runFolder").GetString()!;
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "manifest.json")));
        string[] listed = [.. from kind in (string[])["predictions", "rejects"]
                              from part in manifest.RootElement.GetProperty(kind).EnumerateArray()
                              select $"{kind}/{part.GetProperty("name").GetString()}"];
        Assert.Equal(
            listed.Order(StringComparer.Ordinal),
            new[] { "predictions", "rejects" }.SelectMany(kind => Directory.GetFiles(Path.Combine(folder, kind)).Select(file => $"{kind}/{Path.GetFileName(file)}")).Order(StringComparer.Ordinal));
        return [.. listed.Select(name => $"{name} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, name))))}")];
    }

    private int Uncommitted() => Names("claims").Except(Names("shards")).Count();

    private IReadOnlyList<string> Names(string kind)
    {
        string folder = _batchfn.PathOf("work", "night", kind);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.json").Select(file => Path.GetFileName(file)!)] : [];
    }
}
