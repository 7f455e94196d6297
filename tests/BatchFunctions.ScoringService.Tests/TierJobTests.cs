using System.Security.Cryptography;
using System.Text.Json;
using Azure.Storage.Blobs;
using BatchFunctions.Local.Tests.Jobs;
using BatchFunctions.ScoringService.Tests.Hosting;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using BatchFunctions.Tier;
using BatchFunctions.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.ScoringService.Tests;

public sealed class TierJobTests(AzuriteFixture azurite)
{
    private static readonly TierPolicy Impatient = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(3));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_replicas_give_the_parts_that_the_jobs_own_process_gives_even_where_one_is_killed()
    {
        const int shards = 24;
        var container = await azurite.CreateContainerAsync(Cancel);
        string connection = await azurite.GetConnectionStringAsync();
        string root = $"azure://{container.Name}";
        using JobWorkbench bench = await Churn.BenchAsync(new StoreOptions { AzureConnectionString = connection }, root);
        // A broken record in each shard, so that there are rejects to count.
        await container.GetBlobClient("data/customers.csv").UploadAsync(BinaryData.FromString(Churn.Customers(shards * 6000, i => i % 6000 == 17 ? "broken" : null)), Cancel);

        JobResult alone = await RunAsync(bench, root, "alone", "in_process");
        await using ReplicaProcess doomed = await ReplicaProcess.StartAsync(root, connection, running: 1, queued: 2);
        await using ReplicaProcess survivor = await ReplicaProcess.StartAsync(root, connection, running: 1, queued: 2);
        bench.Tier = new TierOptions { Endpoints = [doomed.Url, survivor.Url], Key = ReplicaProcess.Key, Policy = Impatient, RequestTimeout = TimeSpan.FromSeconds(10) };
        Task<JobResult> running = RunAsync(bench, root, "together", "container");
        await WaitForUncommittedAsync(container, "together", doomed.Name);
        await doomed.KillAsync();
        int lost = await CountUncommittedAsync(container, "together", doomed.Name);
        JobResult together = await running;

        Assert.True(lost > 0, "The replica was to be killed while it had shards in hand.");
        Assert.Equal((JobStatus.Succeeded, JobStatus.Succeeded), (alone.Status, together.Status));
        Assert.Equal((shards * 6000, shards), (together.RecordsTotal, together.RecordsFailed));
        Assert.Equal(await HashesAsync(container, alone, root), await HashesAsync(container, together, root));
        Assert.Equal(shards, await CountAsync(container, "work/together/shards/"));
        Assert.Equal(shards, await CountAsync(container, $"{together.RunFolder![(root.Length + 1)..]}/predictions/"));
        JsonElement metadata = (await container.GetBlobClient($"{together.RunFolder[(root.Length + 1)..]}/metadata.json").DownloadContentAsync(Cancel)).Value.Content.ToObjectFromJson<JsonElement>();
        Assert.Equal("container", metadata.GetProperty("tier").GetString());
        Assert.Equal("cpu", metadata.GetProperty("device").GetString());
    }

    [Fact]
    public async Task A_job_for_a_service_that_the_host_does_not_know_is_refused_and_says_what_to_set()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(20));

        JobResult result = await bench.RunAsync(JobWorkbench.Request(bench.Write("churn.yaml", Churn.Pipeline("scoring: { tier: container }"))));

        Assert.Equal((JobStatus.Failed, ErrorKind.Request), (result.Status, result.ErrorKind));
        Assert.Contains(TierOptions.EndpointsVariable, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_stays_in_process_where_there_is_little_to_do_and_says_so()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(20));
        bench.Tier = new TierOptions { Endpoints = [new Uri("http://127.0.0.1:1")], Key = ReplicaProcess.Key, Policy = Impatient };

        JobResult result = await bench.RunAsync(JobWorkbench.Request(bench.Write("churn.yaml", Churn.Pipeline("scoring: { tier: auto }"))));

        Assert.Equal(JobStatus.Succeeded, result.Status);
        string metadata = await File.ReadAllTextAsync(Path.Combine(result.RunFolder!, "metadata.json"), Cancel);
        Assert.Contains("\"tier\": \"in_process\"", metadata, StringComparison.Ordinal);
        Assert.Contains("less than 10", metadata, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Cuda", 16_384, "Device")]
    [InlineData("Cpu", 4096, "Default")]
    public async Task A_device_of_the_service_gets_large_batches_since_this_machine_says_nothing_of_it(string device, int rows, string origin)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(20));
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using WebApplication service = builder.Build();
        service.MapGet("/replica", context => context.Response.WriteAsync($$"""{ "replica": "r", "version": "0.1.0", "onnxRuntime": "1", "devices": ["Cpu", "{{device}}"], "maxRunning": 1, "maxQueued": 1, "running": 0, "queued": 0 }"""));
        await service.StartAsync(Cancel);
        bench.Tier = new TierOptions { Endpoints = [new Uri(service.Urls.Single())], Key = ReplicaProcess.Key, Policy = Impatient };

        await ReplicaHost.PlanAsync(bench, JobWorkbench.Request(bench.Write("churn.yaml", Churn.Pipeline("scoring: { tier: container, device: auto }"))));

        JsonElement job = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(bench.Root, "work", "job", "job.json"), Cancel)).RootElement;
        Assert.Equal((rows, origin), (job.GetProperty("batch_size").GetInt32(), job.GetProperty("batch_size_origin").GetString()));
    }

    [Fact]
    public async Task A_service_that_refuses_the_key_fails_the_job_with_the_reason()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(20));
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);
        bench.Tier = new TierOptions { Endpoints = [replica.Url], Key = "another-key-altogether", Policy = Impatient };

        JobResult result = await bench.RunAsync(JobWorkbench.Request(bench.Write("churn.yaml", Churn.Pipeline("scoring: { tier: container }"))));

        Assert.Equal((JobStatus.Failed, ErrorKind.Environment), (result.Status, result.ErrorKind));
        Assert.Contains(TierOptions.KeyVariable, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_that_is_stopped_hands_its_shards_to_the_next_one()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", Churn.Customers(60_000));
        await using ReplicaHost leaving = await ReplicaHost.StartAsync(bench, new ReplicaOptions { MaxRunning = 1, MaxQueued = 3 });
        await using ReplicaHost staying = await ReplicaHost.StartAsync(bench, new ReplicaOptions { MaxRunning = 1, MaxQueued = 3 });
        // Were they not handed back, nobody would miss them before the test's own end.
        bench.Tier = new TierOptions { Endpoints = [leaving.Url, staying.Url], Key = ReplicaProcess.Key, Policy = Impatient with { LostAfter = TimeSpan.FromHours(1) }, RequestTimeout = TimeSpan.FromSeconds(5) };
        string pipeline = bench.Write("churn.yaml", Churn.Pipeline("scoring: { tier: container }\nshards: { target_rows: 3000, max_parallel: 8 }"));

        Task<JobResult> running = bench.RunAsync(JobWorkbench.Request(pipeline));
        while (leaving.Replica.Describe() is { Running: 0 })
            await Task.Delay(5, Cancel);
        await leaving.StopAsync();
        JobResult result = await running;

        Assert.Equal((JobStatus.Succeeded, null), (result.Status, result.Error));
        Assert.Equal(60_000, result.RecordsScored);
    }

    private static Task<JobResult> RunAsync(JobWorkbench bench, string root, string job, string tier) => bench.RunAsync(
        JobWorkbench.Request(bench.Write($"{job}.yaml", Churn.Pipeline($"scoring: {{ tier: {tier}, batch_size: 4096 }}\nshards: {{ target_rows: 6000, max_parallel: 6 }}")), job, input: $"{root}/data/customers.csv", output: $"{root}/{job}"));

    private static async Task WaitForUncommittedAsync(BlobContainerClient container, string job, string replica)
    {
        while (await CountUncommittedAsync(container, job, replica) == 0)
            await Task.Delay(20, Cancel);
    }

    private static async Task<int> CountUncommittedAsync(BlobContainerClient container, string job, string replica)
    {
        int count = 0;
        await foreach (var claim in container.GetBlobsAsync(Azure.Storage.Blobs.Models.BlobTraits.None, Azure.Storage.Blobs.Models.BlobStates.None, $"work/{job}/claims/", Cancel))
        {
            var content = (await container.GetBlobClient(claim.Name).DownloadContentAsync(Cancel)).Value.Content.ToObjectFromJson<JsonElement>();
            bool isItsOwn = content.GetProperty("replica").GetString() == replica;
            if (isItsOwn && !await container.GetBlobClient(claim.Name.Replace("/claims/", "/shards/", StringComparison.Ordinal)).ExistsAsync(Cancel))
                count++;
        }

        return count;
    }

    private static async Task<int> CountAsync(BlobContainerClient container, string prefix)
    {
        int count = 0;
        await foreach (var _ in container.GetBlobsAsync(Azure.Storage.Blobs.Models.BlobTraits.None, Azure.Storage.Blobs.Models.BlobStates.None, prefix, Cancel))
            count++;
        return count;
    }

    private static async Task<IReadOnlyList<string>> HashesAsync(BlobContainerClient container, JobResult result, string root)
    {
        List<string> hashes = [];
        string folder = result.RunFolder![(root.Length + 1)..];
        foreach (string kind in (string[])["predictions", "rejects"])
            await foreach (var part in container.GetBlobsAsync(Azure.Storage.Blobs.Models.BlobTraits.None, Azure.Storage.Blobs.Models.BlobStates.None, $"{folder}/{kind}/", Cancel))
                hashes.Add($"{kind}/{Path.GetFileName(part.Name)} {Convert.ToHexString(SHA256.HashData((await container.GetBlobClient(part.Name).DownloadContentAsync(Cancel)).Value.Content))}");
        return hashes;
    }
}
