using BatchFunctions.Triggers;
using BatchFunctions.Workflow;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Api;

/// <summary>What every host that serves is made of.</summary>
public static class HostServices
{
    /// <summary>
    /// Adds <see cref="JobServices"/>, <see cref="JobRuntime"/>, <see cref="PipelineFolder"/>, the triggers, <see cref="HostCondition"/>
    /// and <see cref="JobApi"/>. The host adds its <see cref="IJobEngine"/>; a <see cref="TimeProvider"/> and <see cref="JobApiOptions"/>
    /// of its own count where they were added before.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="settings">The host's settings, valid.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a setting is wrong.</exception>
    public static IServiceCollection AddBatchFunctions(this IServiceCollection services, HostSettings settings)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(settings);
        settings.EnsureValid();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new JobApiOptions());
        services.AddSingleton(settings);
        services.AddSingleton(provider => settings.CreateServices(provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new JobRuntime(provider.GetRequiredService<JobServices>()));
        services.AddSingleton(provider => new PipelineFolder(provider.GetRequiredService<JobServices>(), settings.Pipelines));
        services.AddSingleton<HostCondition>();
        services.AddSingleton<ScheduleTrigger>();
        services.AddSingleton<ArrivalTrigger>();
        services.AddSingleton<JobApi>();
        return services;
    }
}
