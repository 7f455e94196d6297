using System.Text.Json;
using Azure.Storage.Blobs;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>The same snapshot, model and pipeline give the same bytes, wherever and however the job runs.</summary>
public sealed class DeterminismTests(AzuriteFixture azurite)
{
    private const string Broken = "7,40,1.5,600,3,10,20.5,0,true,north,spaceships";

    private static readonly string Pipeline = Churn.Pipeline("shards: { target_rows: 1000 }")
        .Replace("include: [region] }", "include: [region], single_file: true }", StringComparison.Ordinal);

    [Fact]
    public async Task Parts_are_byte_identical_on_disk_and_in_blobs_and_for_any_number_of_shards_at_once()
    {
        string csv = Churn.Customers(20_000, i => i % 1_000 == 77 ? Broken : null);
        List<string[]> runs = [];
        foreach (int parallel in (int[])[1, 2, 8])
        {
            runs.Add(await LocalAsync(csv, parallel));
            runs.Add(await BlobsAsync(csv, parallel));
        }

        Assert.Equal(41, runs[0].Length);
        Assert.All(runs, parts => Assert.Equal(runs[0], parts));
    }

    private static async Task<string[]> LocalAsync(string csv, int parallel)
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        bench.Write("data/customers.csv", csv);
        string pipeline = bench.Write("churn.yaml", Pipeline);

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline, maxParallel: parallel));

        Assert.Equal(JobStatus.Succeeded, result.Status);
        return PartsOf(await File.ReadAllBytesAsync(Path.Combine(result.RunFolder!, "manifest.json"), TestContext.Current.CancellationToken));
    }

    private async Task<string[]> BlobsAsync(string csv, int parallel)
    {
        BlobContainerClient container = await azurite.CreateContainerAsync(TestContext.Current.CancellationToken);
        var stores = new StoreOptions { AzureConnectionString = await azurite.GetConnectionStringAsync() };
        using JobWorkbench bench = await Churn.BenchAsync(stores, $"azure://{container.Name}");
        await container.UploadBlobAsync("data/customers.csv", BinaryData.FromString(csv), TestContext.Current.CancellationToken);
        await container.UploadBlobAsync("churn.yaml", BinaryData.FromString(Pipeline), TestContext.Current.CancellationToken);

        JobResult result = await bench.RunAsync(JobWorkbench.Request($"azure://{container.Name}/churn.yaml", maxParallel: parallel));

        Assert.Equal((JobStatus.Succeeded, null), (result.Status, result.Error));
        string prefix = result.RunFolder![(result.RunFolder!.IndexOf(container.Name, StringComparison.Ordinal) + container.Name.Length + 1)..];
        return PartsOf((await container.GetBlobClient($"{prefix}/manifest.json").DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content.ToArray());
    }

    private static string[] PartsOf(byte[] manifest)
    {
        using JsonDocument document = JsonDocument.Parse(manifest);
        JsonElement single = document.RootElement.GetProperty("single_file");
        return [$"{single.GetProperty("name").GetString()} {single.GetProperty("sha256").GetString()}", .. from kind in (string[])["predictions", "rejects"]
                   from part in document.RootElement.GetProperty(kind).EnumerateArray()
                   select $"{part.GetProperty("name").GetString()} {part.GetProperty("sha256").GetString()}"];
    }
}
