namespace BatchFunctions.Workflow;

/// <summary>Something that people may want to be told of a job.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="Name">What happened: <c>started</c>, <c>succeeded</c>, <c>warned</c>, <c>failed</c>, <c>cancelled</c>, <c>step_failed</c>,
/// <c>deadline_missed</c>, <c>drift</c>, <c>alarm</c>.</param>
/// <param name="At">When.</param>
/// <param name="Message">More of it, for people.</param>
/// <param name="WorkFolder">The address of the job's work folder, or null where the job has none yet.</param>
public sealed record JobEvent(string JobId, string Name, DateTimeOffset At, string Message, string? WorkFolder)
{
    /// <summary>The name of the event that features or scores are far from their baseline.</summary>
    public const string Drift = "drift";

    /// <summary>The name of the event that another limit was not kept: failed records, success rate, volume.</summary>
    public const string Alarm = "alarm";

    /// <summary>The name of the event that a step failed for good, so that the job fails.</summary>
    public const string StepFailed = "step_failed";

    /// <summary>Which run of the job it is, from 1. Of each name a run has one event.</summary>
    public int Run { get; init; } = 1;

    /// <summary>Which try at telling it is, from 1. The log gets the first.</summary>
    public int Try { get; init; } = 1;

    /// <summary>Whether anybody but the log is told. Default: true, for a job of which that is not known.</summary>
    public bool Notifies { get; init; } = true;

    /// <summary>The span that the job's steps belong to, as W3C writes it; null where none was recorded.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The pipeline's name; null where the job could not be prepared.</summary>
    public string? Pipeline { get; init; }

    /// <summary>The model, <c>name@version</c>; null where the job could not be prepared.</summary>
    public string? Model { get; init; }

    /// <summary>What started the job, where it could not be prepared; else null.</summary>
    public JobRequest? Request { get; init; }

    /// <summary>How the job ended; null before its end.</summary>
    public JobResult? Result { get; init; }

    /// <summary>The step that failed; null where none did.</summary>
    public string? Step { get; init; }

    /// <summary>The shard that failed; null where none did.</summary>
    public int? Shard { get; init; }

    /// <summary>What kind of error the step failed of; null where none did.</summary>
    public ErrorKind? ErrorKind { get; init; }
}
