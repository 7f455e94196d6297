using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using BatchFunctions.Models;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using BatchFunctions.Tier;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>A machine for jobs in a temporary folder: data, models, pipelines, work, and the embedded engine.</summary>
internal sealed class JobWorkbench : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StoreOptions _stores;

    /// <summary>Sets the machine up.</summary>
    /// <param name="stores">How addresses are resolved; null for the defaults.</param>
    /// <param name="address">Where models and work folders are; null for the temporary folder.</param>
    public JobWorkbench(StoreOptions? stores = null, string? address = null)
    {
        _stores = stores ?? new StoreOptions();
        Directory.CreateDirectory(Data);
        WorkAddress = $"{address ?? _folder.Path}/work";
        ModelsAddress = $"{address ?? _folder.Path}/models";
    }

    public string Root => _folder.Path;

    public string Data => _folder.Combine("data");

    /// <summary>How the scoring service is reached; null where there is none.</summary>
    public TierOptions? Tier { get; set; }

    public string WorkAddress { get; }

    public string ModelsAddress { get; }

    public string Journal => _folder.Combine("journal.db");

    public Task RegisterAsync(string name, string version, byte[] model, string? manifest) =>
        new ModelRegistry(Resolver().Resolve(ModelsAddress, Root), TimeProvider.System)
            .RegisterAsync(name, version, model, manifest, "test", TestContext.Current.CancellationToken);

    public string Write(string name, string content)
    {
        string path = _folder.Combine(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public static JobRequest Request(string pipeline, string jobId = "job", int? maxParallel = null, string? input = null, string? output = null) => new()
    {
        JobId = jobId,
        Pipeline = pipeline,
        RequestedAt = new DateTimeOffset(2026, 2, 8, 2, 0, 0, TimeSpan.Zero),
        MaxParallel = maxParallel,
        Input = input,
        Output = output,
    };

    public async Task<JobResult> RunAsync(JobRequest request, Action<JobProgress>? progressed = null)
    {
        await using var runtime = new JobRuntime(Services());
        await using EmbeddedEngine engine = await EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions { JournalPath = Journal }, runtime.Catalog, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        engine.ProgressChanged += (_, progress) => progressed?.Invoke(progress);
        return await engine.RunAsync(request, TestContext.Current.CancellationToken);
    }

    public JobServices Services() => new()
    {
        Stores = Resolver(),
        ModelsFolder = ModelsAddress,
        WorkFolder = WorkAddress,
        BaseFolder = Root,
        Tier = Tier,
        Loggers = NullLoggerFactory.Instance,
    };

    /// <summary>The rows of a query over a job's predictions; <c>{0}</c> in it stands for their files, read in order.</summary>
    public static IReadOnlyList<T> Query<T>(JobResult result, string sql, Func<DbDataReader, T> row) =>
        DuckDb.Query(string.Format(CultureInfo.InvariantCulture, sql, $"read_parquet('{result.RunFolder}/predictions/*.parquet')"), row);

    /// <summary>The parts of a job by kind and name, with their SHA-256.</summary>
    public static IReadOnlyList<string> Hashes(JobResult result) =>
        [.. from folder in (string[])["predictions", "rejects"]
            let path = Path.Combine(result.RunFolder!, folder)
            where Directory.Exists(path)
            from file in Directory.EnumerateFiles(path).Order(StringComparer.Ordinal)
            select $"{folder}/{Path.GetFileName(file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}"];

    public void Dispose() => _folder.Dispose();

    private StoreResolver Resolver() => new(_stores);
}
