using BatchFunctions.Triggers;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Retention;

/// <summary>Cleans up after all pipelines of a folder, each by its own policy, for a host that does so by itself.</summary>
/// <param name="services">What the machine offers.</param>
/// <param name="pipelines">The pipelines; those without <c>retention</c> keep everything.</param>
/// <param name="engine">Where their jobs are known.</param>
/// <param name="by">Who cleans, for the audit log.</param>
public sealed class RetentionSweep(JobServices services, PipelineFolder pipelines, IJobEngine engine, string by)
{
    private readonly ILogger _logger = services.Loggers.CreateLogger("BatchFunctions.Retention");

    /// <summary>Cleans once. What cannot be removed is logged and left for the next time.</summary>
    /// <param name="cancellationToken">Ends the work, which the next time goes on with.</param>
    /// <exception cref="BatchFunctionsException">The folder of pipelines cannot be listed; or some pipelines could not be looked after. The others were.</exception>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        var retention = new PipelineRetention(services, engine);
        var failures = new TriggerFailures(_logger);
        foreach (PipelineEntry entry in await pipelines.ListAsync(cancellationToken))
            if (entry is { CanStart: true, Definition.Retention: not null })
                await failures.KeepAsync(entry.Name, () => CleanAsync(retention, entry, cancellationToken), cancellationToken);
        failures.Throw();
    }

    private async Task CleanAsync(PipelineRetention retention, PipelineEntry entry, CancellationToken cancellationToken)
    {
        RetentionPlan plan = await retention.PlanAsync(entry.Address, cancellationToken);
        IReadOnlyList<RetentionItem> left = await retention.ApplyAsync(
            plan,
            by,
            item => _logger.LogInformation("Pipeline {Pipeline}: {Action} {Kind} of job {JobId} at {Address}, since {Reason}", entry.Name, item.Action, item.Kind, item.JobId, item.Address, item.Reason),
            cancellationToken);
        foreach (RetentionItem item in left)
            _logger.LogWarning("Pipeline {Pipeline}: {Kind} of job {JobId} was left alone: {Reason}", entry.Name, item.Kind, item.JobId, item.Reason);
    }
}
