using BatchFunctions.Api;
using BatchFunctions.FunctionApp.Durable;
using BatchFunctions.Models;
using BatchFunctions.Sql;
using BatchFunctions.TestSupport;
using BatchFunctions.Tier;
using BatchFunctions.Workflow;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.FunctionApp.Tests;

/// <summary>The app as its Program puts it together, over a temporary folder or a blob container.</summary>
internal sealed class AppUnderTest : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services;

    /// <summary>Puts the app together.</summary>
    /// <param name="root">Where all its folders are; null for the temporary folder.</param>
    /// <param name="connection">The blob account, where the root is there.</param>
    /// <param name="endpoint">Where the scoring service answers; null where there is none.</param>
    /// <param name="key">The service's key.</param>
    public AppUnderTest(string? root = null, string? connection = null, Uri? endpoint = null, string? key = null)
    {
        Root = root ?? _folder.Path;
        Directory.CreateDirectory(_folder.Combine("pipelines"));
        var variables = new Dictionary<string, string?>
        {
            [HostSettings.PipelinesVariable] = $"{Root}/pipelines",
            [HostSettings.ModelsVariable] = $"{Root}/models",
            [HostSettings.WorkVariable] = $"{Root}/work",
            [HostSettings.RootsVariable] = Root,
            [HostSettings.ConnectionVariable] = connection,
            [TierOptions.EndpointsVariable] = endpoint?.ToString(),
            [TierOptions.KeyVariable] = key,
        };
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        services.AddFunctionApp(HostSettings.Read(variables.GetValueOrDefault), new SqlOptions());
        _services = services.BuildServiceProvider();
        _services.GetRequiredService<TaskHub>().Client = Hub.Client;
    }

    public string Root { get; }

    public FakeTaskHub Hub { get; } = new();

    public FakeTimeProvider Time { get; } = new(FakeTaskHub.Start);

    public IServiceProvider Services => _services;

    public T Make<T>() => ActivatorUtilities.CreateInstance<T>(_services);

    public string Write(string name, string content)
    {
        var path = _folder.Combine(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public async Task RegisterChurnAsync(CancellationToken cancellationToken)
    {
        var services = _services.GetRequiredService<JobServices>();
        var sample = Path.Combine(RepositoryPaths.Root, "samples", "churn");
        await new ModelRegistry(services.Stores.Resolve(services.ModelsFolder, services.BaseFolder)).RegisterAsync(
            "churn",
            "1.0.0",
            await File.ReadAllBytesAsync(Path.Combine(sample, "model.onnx"), cancellationToken),
            await File.ReadAllTextAsync(Path.Combine(sample, "manifest.yaml"), cancellationToken),
            "test",
            cancellationToken);
    }

    public void Dispose()
    {
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Dispose();
    }
}
