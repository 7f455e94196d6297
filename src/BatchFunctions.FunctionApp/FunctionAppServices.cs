using BatchFunctions.Api;
using BatchFunctions.FunctionApp.Durable;
using BatchFunctions.Sql;
using BatchFunctions.Workflow;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.FunctionApp;

/// <summary>Puts the app together.</summary>
internal static class FunctionAppServices
{
    // More than one machine scores at once, so that shards wait in the queue by which the platform sees that it should add machines.
    private const int DefaultMaxParallel = 32;

    /// <summary>Adds what the functions need.</summary>
    /// <param name="services">The worker's services.</param>
    /// <param name="settings">The host's settings.</param>
    /// <param name="sql">How much of the machine SQL over files may take.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a setting is wrong.</exception>
    public static IServiceCollection AddFunctionApp(this IServiceCollection services, HostSettings settings, SqlOptions sql)
    {
        services.AddBatchFunctions(settings);
        services.AddSingleton(provider =>
            settings.CreateServices(provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()) with
            {
                DefaultMaxParallel = DefaultMaxParallel,
                MaxCommitting = 0,
                Views = new SqlViewEngine(sql),
            });
        services.AddSingleton<TaskHub>();
        services.AddSingleton<IJobEngine, DurableJobEngine>();
        services.Configure<WorkerOptions>(worker => worker.Serializer = WorkerJson.Serializer);
        return services;
    }
}
