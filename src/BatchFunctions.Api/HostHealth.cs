using System.Reflection;
using BatchFunctions.Api.Answers;
using BatchFunctions.Api.Documents;
using BatchFunctions.Storage;
using BatchFunctions.Triggers;
using BatchFunctions.Workflow;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Api;

/// <summary>
/// How the host is. Anyone may ask, so the stores are looked at once every few seconds however often that is, and what is wrong with
/// them is told to the log alone.
/// </summary>
internal sealed class HostHealth(IJobEngine engine, JobServices services, PipelineFolder pipelines, HostCondition condition, TimeSpan timeout)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private static readonly string Version =
        typeof(JobServices).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private readonly Lock _lock = new();
    private readonly ILogger _logger = services.Loggers.CreateLogger("BatchFunctions.Health");
    private Task<bool>? _look;
    private long _lookedAt;

    public async Task<IResult> AnswerAsync(CancellationToken cancellationToken)
    {
        if (!await LookAsync().WaitAsync(cancellationToken))
            return Problems.Unavailable("The stores or the engine's own records cannot be reached. The host's log says why.");
        var troubles = condition.Troubles;
        return Answer.Of(new ApiHealth(troubles.Count == 0 ? "ok" : "degraded", engine.Name, Version, troubles), ApiJson.Default.ApiHealth);
    }

    private Task<bool> LookAsync()
    {
        lock (_lock)
        {
            if (_look is null || (_look.IsCompleted && services.Time.GetElapsedTime(_lookedAt) >= Fresh))
                (_look, _lookedAt) = (Task.Run(ReachAsync), services.Time.GetTimestamp());
            return _look;
        }
    }

    private async Task<bool> ReachAsync()
    {
        using var limit = new CancellationTokenSource(timeout, services.Time);
        try
        {
            foreach (var folder in new[] { services.WorkFolder, services.ModelsFolder, pipelines.Address })
            {
                StoreLocation location = services.Stores.Resolve(folder, services.BaseFolder);
                await location.Store.FindAsync(location.Key("health"), limit.Token);
            }

            await engine.FindAsync("health", limit.Token);
            return true;
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "The host cannot reach its stores or its engine's records.");
            return false;
        }
    }
}
