using BatchFunctions.Notifications;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Workflow.Activities;

/// <summary>Tells the log, and those whom the pipeline names, what happened to a job.</summary>
internal sealed class NotifyActivity(JobServices services, Notifier notifier) : IActivity<JobEvent, int>
{
    private readonly ILogger _logger = services.Loggers.CreateLogger("BatchFunctions.Job");

    public async Task<int> RunAsync(JobEvent input, CancellationToken cancellationToken)
    {
        LogLevel level = input.Name switch
        {
            "failed" or "deadline_missed" or JobEvent.StepFailed => LogLevel.Error,
            "warned" or "cancelled" or JobEvent.Drift or JobEvent.Alarm => LogLevel.Warning,
            _ => LogLevel.Information,
        };
        // Whoever counts lines of the log is to count each event once.
        if (input.Try == 1)
            _logger.Log(level, "Job {JobId} {Event}: {Message}", input.JobId, input.Name, input.Message);
        if (!input.Notifies)
            return 0;
        try
        {
            return await notifier.SendAsync(input, cancellationToken);
        }
        catch (BatchFunctionsException failure)
        {
            _logger.LogWarning("Not everybody could be told, by try {Try}, that job {JobId} {Event}: {Error}", input.Try, input.JobId, input.Name, failure.Message);
            throw;
        }
    }
}
