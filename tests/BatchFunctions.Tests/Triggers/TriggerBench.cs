using System.Text.Json;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Tests.Triggers;

/// <summary>Folders, a clock and an engine that triggers share.</summary>
internal sealed class TriggerBench : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 2, 8, 1, 30, 15, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    /// <summary>Makes a bench.</summary>
    /// <param name="stores">How addresses are resolved. Default: anywhere, without blobs.</param>
    /// <param name="address">The folder of pipelines, work and data. Default: a temporary folder.</param>
    public TriggerBench(IStoreResolver? stores = null, string? address = null)
    {
        Address = address ?? _folder.Path;
        Services = new JobServices
        {
            Stores = stores ?? new StoreResolver(),
            ModelsFolder = $"{Address}/models",
            WorkFolder = $"{Address}/work",
            BaseFolder = Address,
            SourceFolder = Address,
            EnvironmentVariable = name => Environment.GetValueOrDefault(name),
            Time = Time,
            Loggers = Log,
        };
    }

    public string Address { get; }

    public string PipelinesAddress => $"{Address}/pipelines";

    public JobServices Services { get; }

    public FakeTimeProvider Time { get; } = new(Start);

    public FakeJobEngine Engine { get; } = new();

    public LogLines Log { get; } = new();

    public Dictionary<string, string> Environment { get; } = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string Pipeline(string name, string trigger, string source = "in/*.csv") =>
        $"name: {name}\nsource: {{ path: \"{source}\" }}\nmodel: {name}@1.0.0\noutput: {{ path: scored }}\n{(trigger.Length == 0 ? "" : $"trigger: {{ {trigger} }}\n")}";

    /// <summary>Writes a file and gives its full address.</summary>
    public async Task<string> WriteAsync(string name, string content)
    {
        StoreLocation place = Place(name);
        await place.Store.PutAsync(place.Path, System.Text.Encoding.UTF8.GetBytes(content), PutCondition.None, Cancellation);
        return place.ToString();
    }

    public Task DeleteAsync(string name) => Place(name).Store.DeleteAsync(Place(name).Path, Cancellation);

    public async Task<ObjectProperties?> FindAsync(string name) => await Place(name).Store.FindAsync(Place(name).Path, Cancellation);

    /// <summary>The names of the files that a job was started for, and their versions.</summary>
    public async Task<IReadOnlyList<(string Name, string ETag)>> FilesOfAsync(JobRequest job)
    {
        StoreLocation place = Services.Stores.Resolve(job.Arrivals!, "");
        ArrivalList list = JsonSerializer.Deserialize((await place.Store.FindBytesAsync(place.Path, Cancellation))!, WorkJson.Default.ArrivalList)!;
        return [.. list.Files.Select(f => ($"{list.Store.TrimEnd('/')}/{f.Key}"[(Address.Length + 1)..], f.ETag))];
    }

    /// <summary>The names of the files of each job, in the order of the jobs.</summary>
    public async Task<IReadOnlyList<string>> NamesByJobAsync()
    {
        List<string> names = [];
        foreach (JobRequest job in Engine.Jobs)
            names.Add(string.Join(' ', (await FilesOfAsync(job)).Select(f => f.Name)));
        return names;
    }

    public void Dispose() => _folder.Dispose();

    private StoreLocation Place(string name) => Services.Stores.Resolve($"{Address}/{name}", "");
}
