using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Triggers;

/// <summary>What failed while pipelines were looked after one by one: each failure is logged at once, and all are thrown at the end.</summary>
internal sealed class TriggerFailures(ILogger logger)
{
    private readonly List<(string Pipeline, Exception Exception)> _failures = [];

    /// <summary>Does a pipeline's share; a failure is kept for the end, so that the other pipelines get theirs.</summary>
    public async Task KeepAsync(string pipeline, Func<Task> share, CancellationToken cancellationToken)
    {
        try
        {
            await share();
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            logger.LogError(exception, "The trigger of pipeline {Pipeline} failed and is tried again at the next look.", pipeline);
            _failures.Add((pipeline, exception));
        }
    }

    /// <summary>Tells the host.</summary>
    /// <exception cref="BatchFunctionsException">Something failed; of the kind of the first failure, with all of them in its message.</exception>
    public void Throw()
    {
        if (_failures.Count == 0)
            return;
        string all = string.Join(" ", _failures.Select(f => $"{f.Pipeline}: {ActivityFailure.From(f.Exception).Message}"));
        throw new BatchFunctionsException(
            ActivityFailure.From(_failures[0].Exception).Kind,
            $"Some triggers failed and are tried again at the next look. {all}",
            _failures.Count == 1 ? _failures[0].Exception : new AggregateException(_failures.Select(f => f.Exception)));
    }
}
