using System.Diagnostics;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Telemetry;

/// <summary>A step of the workflow with a span of its own in the job's trace, and with the job, the shard and the model in all that it logs.</summary>
/// <param name="name">The step's name.</param>
/// <param name="inner">The step.</param>
/// <param name="meter">Where ended jobs are counted.</param>
/// <param name="logger">A logger of those that the step writes to, for the scope.</param>
internal sealed class ObservedActivity<TInput, TOutput>(string name, IActivity<TInput, TOutput> inner, BatchMeter meter, ILogger logger) : IActivity<TInput, TOutput>
{
    public async Task<TOutput> RunAsync(TInput input, CancellationToken cancellationToken)
    {
        if (StepFacts.Of(input) is not { } facts)
            return await inner.RunAsync(input, cancellationToken);
        using IDisposable? scope = logger.BeginScope(facts.Named(""));
        using Activity? span = JobTrace.Source.StartActivity(name, ActivityKind.Internal, facts.Parent(), facts.Named("batch."));
        try
        {
            TOutput output = await inner.RunAsync(input, cancellationToken);
            if (input is EndRequest end)
                Tell(end, facts);
            return output;
        }
        catch (Exception failure)
        {
            span?.SetStatus(ActivityStatusCode.Error, ActivityFailure.From(failure).Message);
            throw;
        }
    }

    // The job as a whole: nobody runs from its start to its end on one machine.
    private void Tell(EndRequest end, StepFacts facts)
    {
        string status = end.Status.ToString();
        meter.Jobs.Add(1, new(BatchMeter.PipelineTag, facts.Pipeline), new KeyValuePair<string, object?>(BatchMeter.StatusTag, status));
        using Activity? job = JobTrace.Source.StartActivity("Job", ActivityKind.Internal, facts.Parent(), facts.Named("batch."), startTime: end.StartedAt);
        job?.SetTag("batch.status", status);
        if (end.Error is { } error)
            job?.SetStatus(ActivityStatusCode.Error, error);
        job?.SetEndTime(end.EndedAt.UtcDateTime);
    }
}
