using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using BatchFunctions.Triggers;
using Microsoft.Extensions.Logging;
using static BatchFunctions.Tests.Triggers.TriggerBench;

namespace BatchFunctions.Tests.Triggers;

public sealed class PipelineFolderTests(AzuriteFixture azurite) : IDisposable
{
    private readonly TriggerBench _bench = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pipelines_lie_in_the_folder_and_one_level_below()
    {
        await WriteSomeAsync(_bench);

        IReadOnlyList<PipelineEntry> entries = await ListAsync(_bench);

        Assert.Equal(["a", "b", "deep"], entries.Select(e => e.Name));
        Assert.Equal(["a.yaml", "b.yml", "churn/pipeline.yaml"], entries.Select(e => e.Address[(_bench.PipelinesAddress.Length + 1)..]));
        Assert.All(entries, e => Assert.True(e.CanStart));
    }

    [Fact]
    public async Task Pipelines_in_a_container_are_found_alike()
    {
        string connection = await azurite.GetConnectionStringAsync();
        string container = (await azurite.CreateContainerAsync(Cancellation)).Name;
        using var bench = new TriggerBench(new StoreResolver(new StoreOptions { AzureConnectionString = connection }), $"azure://{container}");
        await WriteSomeAsync(bench);

        IReadOnlyList<PipelineEntry> entries = await ListAsync(bench);

        Assert.Equal(["a", "b", "deep"], entries.Select(e => e.Name));
        Assert.Equal($"azure://{container}/pipelines/churn/pipeline.yaml", entries[2].Address);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_has_no_pipelines() => Assert.Empty(await ListAsync(_bench));

    [Fact]
    public async Task A_broken_file_is_told_with_its_line_and_stops_no_other()
    {
        await _bench.WriteAsync("pipelines/a.yaml", Pipeline("a", "schedule: 0 0 25 * * *"));
        await _bench.WriteAsync("pipelines/b.yaml", "{ not yaml");
        await _bench.WriteAsync("pipelines/c.yaml", Pipeline("c", ""));
        var folder = new PipelineFolder(_bench.Services, _bench.PipelinesAddress);

        IReadOnlyList<PipelineEntry> entries = await folder.ListAsync(Cancellation);

        Assert.Contains("a.yaml:5:", entries[0].Error, StringComparison.Ordinal);
        Assert.Contains("'25' for the hour", entries[0].Error, StringComparison.Ordinal);
        Assert.Contains("b.yaml:2:", entries[1].Error, StringComparison.Ordinal);
        Assert.Equal([false, false, true], entries.Select(e => e.CanStart));
        Assert.Null(entries[1].Name);

        await folder.ListAsync(Cancellation);
        Assert.Equal(2, _bench.Log.Of(LogLevel.Warning).Count());
    }

    [Fact]
    public async Task Of_two_files_with_one_name_each_names_the_other_and_neither_starts()
    {
        await _bench.WriteAsync("pipelines/a.yaml", Pipeline("churn", ""));
        await _bench.WriteAsync("pipelines/b/pipeline.yaml", Pipeline("churn", ""));

        IReadOnlyList<PipelineEntry> entries = await ListAsync(_bench);

        Assert.Contains($"{entries[1].Address} has the name 'churn' too", entries[0].Error, StringComparison.Ordinal);
        Assert.Contains($"{entries[0].Address} has the name 'churn' too", entries[1].Error, StringComparison.Ordinal);
        Assert.All(entries, e => Assert.False(e.CanStart));
    }

    [Fact]
    public async Task A_file_is_read_again_only_after_it_has_changed()
    {
        await _bench.WriteAsync("pipelines/a.yaml", Pipeline("a", ""));
        var process = new TriggerProcess(_bench);
        PipelineEntry first = Assert.Single(await process.Pipelines.ListAsync(Cancellation));

        process.Outage.Clear();
        Assert.Same(first, Assert.Single(await process.Pipelines.ListAsync(Cancellation)));
        Assert.Equal(1, process.Outage.Calls);

        await _bench.WriteAsync("pipelines/a.yaml", Pipeline("other", ""));
        Assert.Equal("other", Assert.Single(await process.Pipelines.ListAsync(Cancellation)).Name);
        await _bench.DeleteAsync("pipelines/a.yaml");
        Assert.Empty(await process.Pipelines.ListAsync(Cancellation));
    }

    [Fact]
    public async Task A_pipeline_is_found_by_its_name()
    {
        await WriteSomeAsync(_bench);
        var folder = new PipelineFolder(_bench.Services, _bench.PipelinesAddress);

        Assert.EndsWith("/churn/pipeline.yaml", (await folder.FindAsync("deep", Cancellation))!.Address, StringComparison.Ordinal);
        Assert.Null(await folder.FindAsync("Deep", Cancellation));
    }

    [Fact]
    public async Task What_comes_from_the_environment_is_filled_in_and_never_shown()
    {
        _bench.Environment["SECRET"] = "hunter2/{date:MM}/x.csv";
        _bench.Environment["FOLDER"] = "in";
        await _bench.WriteAsync("pipelines/a.yaml", Pipeline("a", "arrival: {}", "${FOLDER}/*.csv"));
        await _bench.WriteAsync("pipelines/b.yaml", Pipeline("b", "arrival: {}", "${SECRET}"));
        await _bench.WriteAsync("pipelines/c.yaml", Pipeline("c", "schedule: ${SECRET}"));
        await _bench.WriteAsync("pipelines/d.yaml", Pipeline("d", "schedule: ${UNSET}"));

        IReadOnlyList<PipelineEntry> entries = await ListAsync(_bench);

        Assert.Equal("in/*.csv", entries[0].Definition!.Source.Path);
        Assert.Contains("${FOLDER}", entries[0].Json, StringComparison.Ordinal);
        Assert.Contains("source.path comes from the environment", entries[1].Error, StringComparison.Ordinal);
        Assert.Contains("UNSET is not set", entries[3].Error, StringComparison.Ordinal);
        Assert.All(entries, e => Assert.DoesNotContain("hunter2", $"{e.Error}{e.Json}{e}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("in/{date:MM-dd}/*.csv", "cannot be read off its name")]
    [InlineData("in/{date:d}/*.csv", "cannot be read off its name")]
    [InlineData("in/[a.csv", "a '[' has no ']'")]
    [InlineData("in/{date:HH}.csv", "is no date format")]
    public async Task A_source_that_arrivals_cannot_be_told_by_is_an_error(string source, string expected)
    {
        await _bench.WriteAsync("pipelines/a.yaml", Pipeline("a", "arrival: {}", source));

        Assert.Contains(expected, Assert.Single(await ListAsync(_bench)).Error, StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();

    private static async Task WriteSomeAsync(TriggerBench bench)
    {
        await bench.WriteAsync("pipelines/a.yaml", Pipeline("a", ""));
        await bench.WriteAsync("pipelines/b.yml", Pipeline("b", ""));
        await bench.WriteAsync("pipelines/churn/pipeline.yaml", Pipeline("deep", ""));
        foreach (string other in (string[])["manifest.yaml", "notes.md", "churn/manifest.yaml", "churn/manifest.yml", "_old.yaml", "_old/x.yaml", "churn/old/x.yaml", "churn/_x.yaml", "churn/yaml"])
            await bench.WriteAsync("pipelines/" + other, "{ not yaml");
    }

    private static Task<IReadOnlyList<PipelineEntry>> ListAsync(TriggerBench bench) =>
        new PipelineFolder(bench.Services, bench.PipelinesAddress).ListAsync(Cancellation);
}
