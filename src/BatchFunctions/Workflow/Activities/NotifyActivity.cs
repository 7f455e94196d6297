using Microsoft.Extensions.Logging;

namespace BatchFunctions.Workflow.Activities;

/// <summary>Tells the log what happened to a job.</summary>
internal sealed class NotifyActivity(JobServices services) : IActivity<JobEvent, int>
{
    private readonly ILogger _logger = services.Loggers.CreateLogger("BatchFunctions.Job");

    public Task<int> RunAsync(JobEvent input, CancellationToken cancellationToken)
    {
        LogLevel level = input.Name switch
        {
            "failed" or "deadline_missed" => LogLevel.Error,
            "warned" or "cancelled" or JobEvent.Drift or JobEvent.Alarm => LogLevel.Warning,
            _ => LogLevel.Information,
        };
        _logger.Log(level, "Job {JobId} {Event}: {Message}", input.JobId, input.Name, input.Message);
        return Task.FromResult(0);
    }
}
